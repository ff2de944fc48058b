import cluster, { type Worker } from 'node:cluster'
import type { MetricValues } from '../../relay/telemetry/metric-values.ts'
import type { Logger } from '../../util/logs/logger.ts'
import { backoffDelayMs } from '../../util/waiting/backoff.ts'
import { sleepUnlessAborted } from '../../util/waiting/sleep.ts'
import { ProcessFailure } from '../failure.ts'
import { createLink, type Answers } from './link.ts'
import type { Measured } from './metrics.ts'
import type { Order, Started } from './orders.ts'

/** Where all workers can be reached. */
export type Addresses = Exclude<Started, { readonly failure: unknown }>

/** A worker that serves. */
export interface Member extends Measured {
  /** Why it cannot serve now; `undefined` when it can. */
  trouble(): Promise<string | undefined>
}

/** The workers of a program. */
export interface Crew {
  /** Those that serve. */
  readonly members: readonly Member[]
  /** How often one has ended that was not asked to. */
  readonly ended: number
  /**
   * Starts all, and from then on another one in the place of each that ends. Gives the addresses when all serve.
   *
   * @throws ProcessFailure when one says that it cannot start, before all have
   */
  start(): Promise<Addresses>
  /** Has each stop as a single process does, and settles when all have ended. Idempotent. */
  stop(): Promise<void>
  /** Ends all at once. */
  kill(): Promise<void>
}

/** What a crew is made of. */
export interface CrewOptions {
  readonly count: number
  /** What all are to do. */
  readonly order: Omit<Order, 'index' | 'count'>
  /** Answers what workers ask. */
  readonly answers: Answers
  readonly log: Logger
  /** Called with one that served and has ended. */
  readonly onEnd: (member: Member) => void
}

/** How long a worker has served that counts as one that works, so that the next takes its place at once. */
const STEADY_MS = 60_000
/** The longest delay before another one takes its place. */
const MAX_DELAY_MS = 30_000
/** How long a worker may take to answer. */
const PATIENCE_MS = 5_000

/** A process that is to be a worker. */
interface Hired {
  readonly worker: Worker
  /** What it says of its start; rejects when it ends before. */
  readonly started: Promise<Started>
  /** Settles when it has ended, with why. */
  readonly ended: Promise<string>
  readonly member: Member
  stop(): void
}

/** A crew of which none is started. */
export function createCrew({ count, order, answers, log, onEnd }: CrewOptions): Crew {
  const all = new Set<Hired>()
  const members = new Set<Member>()
  const stopping = new AbortController()
  const { signal } = stopping
  let addresses: Addresses | undefined
  let { port } = order
  let opening: Promise<unknown> | undefined
  let ended = 0

  // the program's arguments are in the order
  cluster.setupPrimary({ args: ['worker'] })

  return {
    get members() {
      return [...members]
    },
    get ended() {
      return ended
    },
    start: () =>
      new Promise((resolve, reject) => {
        const onServing = (at: Addresses) => {
          if (members.size === count) resolve(at)
        }
        for (let index = 0; index < count; index++) keepFilled(index, onServing, reject).catch(reject)
      }),
    async stop() {
      stopping.abort()
      for (const hired of all) hired.stop()
      await allEnded()
    },
    async kill() {
      stopping.abort()
      for (const { worker } of all) worker.kill('SIGKILL')
      await allEnded()
    },
  }

  async function allEnded(): Promise<void> {
    await Promise.all([...all].map((hired) => hired.ended))
  }

  /** Has a worker in a place, and another one when that ends, until the crew is stopped. */
  async function keepFilled(
    index: number,
    onServing: (at: Addresses) => void,
    onFailure: (error: ProcessFailure) => void,
  ): Promise<void> {
    let attempt = 0
    while (!signal.aborted) {
      const startMs = performance.now()
      const hired = await hire(index)
      if (!hired) return
      const failure = await begin(hired, index, onServing, onFailure)
      const reason = await hired.ended
      if (signal.aborted) return
      ended++
      if (performance.now() - startMs >= STEADY_MS) attempt = 0
      const delayMs = Math.round(backoffDelayMs(attempt++, { maxMs: MAX_DELAY_MS }))
      log.warn({ worker: index + 1, reason: failure ?? reason, delayMs }, 'A worker has ended; another one is started')
      await sleepUnlessAborted(delayMs, signal)
    }
  }

  /** Waits until a worker serves, and sees to it that it is counted until it ends; gives why it does not serve. */
  async function begin(
    { worker, started, ended: gone, member }: Hired,
    index: number,
    onServing: (at: Addresses) => void,
    onFailure: (error: ProcessFailure) => void,
  ): Promise<string | undefined> {
    const result = await started.catch(() => undefined)
    if (!result) return undefined
    if ('failure' in result || (addresses && addresses.url !== result.url)) {
      worker.kill('SIGKILL')
      if (!('failure' in result)) return `It listens at ${result.url}, others at ${addresses?.url ?? ''}`
      // has no effect when all have served once
      onFailure(new ProcessFailure(result.failure))
      return result.failure.line
    }
    addresses ??= result
    members.add(member)
    void gone.then(() => {
      members.delete(member)
      onEnd(member)
    })
    const { pid } = worker.process
    log.info({ worker: index + 1, pid }, 'A worker serves')
    onServing(addresses)
    return undefined
  }

  /** Starts a process; where none listens, one at a time, so that all get the port that the first one has opened. */
  async function hire(index: number): Promise<Hired | undefined> {
    while (members.size === 0 && opening) await opening
    if (signal.aborted) return undefined
    // `cluster` knows the port that they share by the number that was asked for
    if (members.size === 0 && addresses) port = Number(new URL(addresses.url).port || 80)
    const hired = fork({ ...order, port, index, count })
    if (members.size === 0) {
      opening = hired.started
        .catch(() => undefined)
        // after what is done with it
        .then(() => new Promise((resolve) => setImmediate(resolve)))
        .then(() => (opening = undefined))
    }
    return hired
  }

  function fork(own: Order): Hired {
    const worker = cluster.fork()
    let onStarted: (started: Started) => void = () => undefined
    const reported = new Promise<Started>((resolve) => (onStarted = resolve))
    const link = createLink(worker, {
      ...answers,
      order: () => (signal.aborted ? null : own),
      started: onStarted,
    })
    const gone = new Promise<string>((resolve) => {
      worker.once('exit', (status: number | null, killedBy: string | null) =>
        resolve(killedBy ? `Killed by ${killedBy}` : `Ended with status ${status ?? 'unknown'}`),
      )
      worker.once('error', ({ message }) => resolve(message))
    })
    const hired: Hired = {
      worker,
      started: Promise.race([reported, gone.then((reason) => Promise.reject(new Error(reason)))]),
      ended: gone,
      member: {
        trouble: () => link.ask('trouble', undefined, PATIENCE_MS),
        values: () => link.ask<MetricValues>('metrics', undefined, PATIENCE_MS),
      },
      // its process ends
      stop: () => void link.ask('stop').catch(() => undefined),
    }
    all.add(hired)
    void gone.then((reason) => {
      all.delete(hired)
      link.close(new Error(reason))
    })
    return hired
  }
}
