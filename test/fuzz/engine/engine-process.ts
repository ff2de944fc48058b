import { stepsSoFar } from '../../../src/bson/work-budget.ts'
import { startEngine } from '../../../src/engine/engine.ts'

/** What the process that runs the engine tells when asked. */
export interface EngineState {
  readonly connections: number
  readonly cursors: number
  readonly sessions: number
  /** After a full garbage collection. */
  readonly heapBytes: number
  /** Buffers, which are outside the heap. */
  readonly externalBytes: number
  /** Names that do not belong on the prototypes of JavaScript's own objects. */
  readonly pollution: readonly string[]
}

/** What the process has done so far. */
export interface EngineWork {
  /** Steps of work that were counted. */
  readonly steps: number
  readonly cpuMs: number
}

const PROTOTYPES = [
  Object.prototype,
  Array.prototype,
  Map.prototype,
  Function.prototype,
  String.prototype,
  Promise.prototype,
]
const before = PROTOTYPES.map((prototype) => new Set<string | symbol>(Reflect.ownKeys(prototype)))

function pollution(): string[] {
  return PROTOTYPES.flatMap((prototype, i) =>
    Reflect.ownKeys(prototype)
      .filter((key) => !before[i]?.has(key))
      .map(String),
  )
}

// short times, so that what one input leaves open does not stand in the way of the next for long
const engine = await startEngine({
  oplogBytes: 4 * 1024 * 1024,
  transactionLifetimeMs: 200,
  sessionIdleMs: 500,
  cursorIdleMs: 500,
  sweepIntervalMs: 50,
})

process.on('message', (asked) => {
  if (asked === 'work') {
    const { user, system } = process.cpuUsage()
    const work: EngineWork = { steps: stepsSoFar(), cpuMs: (user + system) / 1000 }
    process.send?.(work)
    return
  }
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  const state: EngineState = { ...engine.stats(), heapBytes: heapUsed, externalBytes: external, pollution: pollution() }
  process.send?.(state)
})
process.on('disconnect', () => process.exit(0))
process.send?.({ host: engine.host, port: engine.port })
