import { MongoClient } from 'mongodb'
import { startProcess } from '../support/process/start-process.ts'

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
  const engine = startProcess(new URL('./engine-process.ts', import.meta.url))
  const uri = await engine.ask<string>('start')
  const client = new MongoClient(uri)
  await client.connect()

  return {
    client,
    uri,
    async measure(units, run) {
      const before = await engine.usage()
      const start = performance.now()
      await run()
      const seconds = (performance.now() - start) / 1000
      const { cpuMicros } = await engine.usage()
      return { perSecond: units / seconds, cpuMicros: (cpuMicros - before.cpuMicros) / units }
    },
    async stop() {
      await client.close()
      await engine.stop()
    },
  }
}
