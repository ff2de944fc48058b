import { randomUUID } from 'node:crypto'
import { RelayError } from '../../../errors.ts'
import { backoffDelayMs } from '../../../util/waiting/backoff.ts'
import { singleFlight } from '../../../util/waiting/single-flight.ts'
import { sleepUnlessAborted } from '../../../util/waiting/sleep.ts'
import type { Logger } from '../../../util/logs/logger.ts'
import type { Origin } from '../../changes/origin.ts'
import { scopeKey } from '../../changes/scope.ts'
import { answerAll, type Answers } from '../ask.ts'
import { ANSWER_MS, type Broker, type Nats } from '../connection.ts'
import { createDocumentsAnswerer } from '../documents/answer-documents.ts'
import { brokerFailureReason } from '../failure-reason.ts'
import { allLogs, allUses, type LoggedStream, type LogNames, namesOf, streamInUse } from '../names.ts'
import { passing, toPassing } from '../passing.ts'
import { claimBackbone, otherDeployment } from './claim.ts'
import { createIngestCounters, type IngestCounters } from './counters.ts'
import { ingestStream, type StreamIngest } from './ingest-stream.ts'
import { makeStream } from '../log/make-stream.ts'
import { logConfig, type LogLimits, readDescription, toLoggedStream } from '../log/log-config.ts'

/** What an ingester copies from where to where. */
export interface IngesterOptions {
  readonly broker: Broker
  /** The backbone's name. */
  readonly name: string
  /** The deployment whose changes are copied. */
  readonly origin: Origin
  /** What tells the deployment from others. */
  readonly deploymentId: () => Promise<string>
  readonly limits: LogLimits
  readonly log: Logger
  /** How long other ingesters must be silent before this one writes in their place, in milliseconds. Default 3,000. */
  readonly takeoverMs?: number | undefined
}

/** Copies change streams into a backbone, and answers what relays ask. */
export interface Ingester {
  /** Settles when it has looked at the backbone for the first time. Never rejects. */
  readonly ready: Promise<void>
  /** Why it cannot do so now; `undefined` while it can. */
  trouble(): string | undefined
  stats(): IngestStats
  /** Ends all copying; others take over at once. Idempotent. */
  stop(): Promise<void>
}

/** What an ingester has done, and does. */
export interface IngestStats extends IngestCounters {
  /** How many logs there are. */
  readonly logs: number
  /** How many of them it writes. */
  readonly leading: number
}

/** How often it looks for logs that others made, in milliseconds. */
const LOOK_MS = 2_000

/** How many logs there may be: each is a change stream at MongoDB, and takes disk at the broker. */
const MAX_LOGS = 1_000

/**
 * Begins to copy each change stream that the backbone has a log of, and makes logs for those that relays ask for. Any
 * number of ingesters may do so.
 */
export function createIngester(options: IngesterOptions): Ingester {
  const { broker, name, origin, deploymentId, limits, log, takeoverMs } = options
  const by = randomUUID()
  const counters = createIngestCounters()
  const stopped = new AbortController()
  const { signal } = stopped
  const ingests = new Map<string, StreamIngest>()
  const refused = new Set<string>()
  /** When each log was last known to be read. */
  const usedAt = new Map<string, number>()
  const open = singleFlight((key: string) => openLog(JSON.parse(key) as LoggedStream))
  let trouble: string | undefined = 'The event backbone has not been reached yet'
  let nats: Nats | undefined
  const stops: (() => void)[] = []
  let markReady = () => {}
  const ready = new Promise<void>((resolve) => (markReady = resolve))
  const running = run()

  return {
    ready,
    trouble: () => trouble,
    stats: () => ({
      ...counters,
      logs: ingests.size,
      leading: [...ingests.values()].filter(({ isLeading }) => isLeading).length,
    }),
    async stop() {
      stopped.abort()
      for (const stop of stops) stop()
      await Promise.all([...ingests.values()].map((ingest) => ingest.stop()))
      await running
    },
  }

  async function run(): Promise<void> {
    for (let attempt = 0; !signal.aborted;) {
      try {
        nats ??= await begin()
        await look(nats)
        if (trouble !== undefined) log.info({ backbone: name }, 'The event backbone is being written')
        trouble = undefined
        attempt = 0
        markReady()
        await sleepUnlessAborted(LOOK_MS, signal)
      } catch (caught) {
        const error = toPassing(caught) ?? (caught as RelayError)
        if (trouble !== error.message) {
          log.warn({ backbone: name, reason: brokerFailureReason(error), err: error.cause }, error.message)
        }
        trouble = error.message
        markReady()
        await sleepUnlessAborted(backoffDelayMs(attempt++), signal)
      }
    }
  }

  async function begin(): Promise<Nats> {
    const made = await broker.get()
    // one of another deployment must not answer either
    await claimBackbone(made.manager, name, await ownId(), limits.replicas)
    void recheckAfterOutages(made)
    const uses = made.connection.subscribe(allUses(name), {
      callback(_, { subject }) {
        usedAt.set(streamInUse(name, subject), performance.now())
      },
    })
    stops.push(() => uses.unsubscribe())
    const answers: Answers = {
      async open(given) {
        const stream = toLoggedStream({ ...given })
        if (!stream) throw new RelayError('BAD_USER_INPUT', 'The change stream to be opened is not valid')
        await open(JSON.stringify(stream))
        return {}
      },
      async time() {
        // who asks does not wait longer
        const { t, i } = await origin.source.operationTime(AbortSignal.timeout(ANSWER_MS))
        return { t, i }
      },
      version: async () => ({ version: await origin.serverVersion() }),
      namespaces: async ({ db }) => ({ namespaces: await origin.listNamespaces(db) }),
    }
    stops.push(answerAll(made, name, answers, createDocumentsAnswerer(made, origin.source, counters, signal)))
    return made
  }

  async function recheckAfterOutages({ connection }: Nats): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'reconnect') for (const ingest of ingests.values()) ingest.recheck()
    }
  }

  /** Begins with logs that it did not know, and ends with those that are gone. */
  async function look({ manager }: Nats): Promise<void> {
    const deployment = await ownId()
    const found = new Set<string>()
    for await (const { config } of manager.streams.list(allLogs(name))) {
      const described = readDescription(config.description)
      if (!described) continue
      const names = namesOf(name, described.stream)
      if (names.stream !== config.name) continue
      found.add(names.stream)
      if (described.deployment !== deployment) refuse(names, described.stream, described.deployment)
      else if (isUnused(names)) await manager.streams.delete(names.stream)
      else await begun(names, described.stream, false)
    }
    for (const [stream, ingest] of ingests) {
      if (found.has(stream)) continue
      ingests.delete(stream)
      usedAt.delete(stream)
      await ingest.stop()
    }
  }

  /** Whether nobody has read a log for as long as it keeps anything; only its writer says so. */
  function isUnused({ stream }: LogNames): boolean {
    if (ingests.get(stream)?.isLeading !== true) return false
    return performance.now() - (usedAt.get(stream) ?? 0) > limits.maxAgeMs
  }

  async function ownId(): Promise<string> {
    try {
      return await deploymentId()
    } catch (cause) {
      throw passing('MongoDB cannot be reached', cause)
    }
  }

  function refuse({ stream }: LogNames, { scope }: LoggedStream, other: string): void {
    if (refused.has(stream)) return
    refused.add(stream)
    const { message } = otherDeployment(name)
    log.error({ backbone: name, ns: scopeKey(scope), deployment: other }, message)
  }

  async function openLog(stream: LoggedStream): Promise<void> {
    const names = namesOf(name, stream)
    usedAt.set(names.stream, performance.now())
    if (ingests.has(names.stream)) return
    if (ingests.size >= MAX_LOGS) {
      throw new RelayError('LIMIT_EXCEEDED', `The backbone has ${MAX_LOGS} change streams already`)
    }
    const { manager } = await broker.get()
    const deployment = await ownId()
    const there = await manager.streams.info(names.stream).catch(() => undefined)
    if (there) {
      const described = readDescription(there.config.description)
      if (described?.deployment !== deployment) {
        refuse(names, stream, described?.deployment ?? '')
        throw otherDeployment(name)
      }
    } else await makeStream(manager, logConfig(names, { stream, deployment }, limits))
    await begun(names, stream, !there)
  }

  async function begun(names: LogNames, stream: LoggedStream, isNew: boolean): Promise<void> {
    if (ingests.has(names.stream) || signal.aborted) return
    const made = await broker.get()
    // another one may have come first meanwhile
    if (ingests.has(names.stream)) return
    if (!usedAt.has(names.stream)) usedAt.set(names.stream, performance.now())
    ingests.set(
      names.stream,
      ingestStream({ nats: made, names, stream, source: origin.source, by, counters, log, isNew, takeoverMs }),
    )
  }
}
