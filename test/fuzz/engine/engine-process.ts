import { stepsSoFar } from '../../../src/bson/work-budget.ts'
import { type Engine, startEngine } from '../../../src/engine/engine.ts'
import { serveSubject } from '../harness/serve-subject.ts'

/** Where the engine is. */
export interface EngineAddress {
  readonly host: string
  readonly port: number
}

/** What the process has done so far. */
export interface EngineWork {
  /** Steps of work that were counted. */
  readonly steps: number
  readonly cpuMs: number
}

let engine: Engine | undefined

serveSubject(
  async (): Promise<EngineAddress> => {
    // short times, so that what one input leaves open does not stand in the way of the next for long
    engine = await startEngine({
      oplogBytes: 4 * 1024 * 1024,
      transactionLifetimeMs: 200,
      sessionIdleMs: 500,
      cursorIdleMs: 500,
      sweepIntervalMs: 50,
    })
    return { host: engine.host, port: engine.port }
  },
  () => ({ open: { ...engine?.stats() }, unexpected: [] }),
  {
    work(): EngineWork {
      const { user, system } = process.cpuUsage()
      return { steps: stepsSoFar(), cpuMs: (user + system) / 1000 }
    },
  },
)
