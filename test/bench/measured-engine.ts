import { fork } from 'node:child_process'
import { once } from 'node:events'
import { MongoClient } from 'mongodb'

/** What an operation cost, per unit of work. */
export interface Cost {
  /** Units per second of wall time. */
  readonly perSecond: number
  /** CPU of the engine's process, in microseconds. */
  readonly cpuMicros: number
}

/** An engine in a fresh process, with a stock client in this one. */
export interface MeasuredEngine {
  readonly client: MongoClient
  readonly uri: string
  /** Runs something of `units` units of work and gives its cost. */
  measure(units: number, run: () => Promise<unknown>): Promise<Cost>
  stop(): Promise<void>
}

/** Starts an engine in a fresh process. */
export async function startMeasuredEngine(): Promise<MeasuredEngine> {
  const child = fork(new URL('./engine-process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const [started] = (await once(child, 'message')) as [{ uri: string }]
  const client = new MongoClient(started.uri)
  await client.connect()

  async function cpuMicros(): Promise<number> {
    const answer = once(child, 'message') as Promise<[{ cpuMicros: number }]>
    child.send({})
    return (await answer)[0].cpuMicros
  }

  return {
    client,
    uri: started.uri,
    async measure(units, run) {
      const cpuBefore = await cpuMicros()
      const start = performance.now()
      await run()
      const seconds = (performance.now() - start) / 1000
      return { perSecond: units / seconds, cpuMicros: ((await cpuMicros()) - cpuBefore) / units }
    },
    async stop() {
      await client.close()
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
