import cluster from 'node:cluster'
import { startEmbeddedEngine } from '../../adapters/node/open-mongo.ts'
import { listen, stopListening } from '../../adapters/node/listen.ts'
import { wantsEngine } from '../../adapters/node/open-origin.ts'
import { createMetricsServer } from '../../adapters/node/metrics-server.ts'
import { checkOptions } from '../../relay/checked-options.ts'
import { settleOptions } from '../../relay/options.ts'
import type { Logger } from '../../util/logs/logger.ts'
import type { Config } from '../config-file/read-config.ts'
import { toRelayOptions } from '../relay-options.ts'
import { UsageError } from '../usage-error.ts'
import { type Addresses, createCrew, type Crew } from './crew.ts'
import { answerCommand } from './engine-link.ts'
import { partOfLimits } from './limits.ts'
import { createProgramMetrics } from './metrics.ts'

/** What the primary is given. */
export interface PrimaryOptions {
  readonly config: Config
  /** How many workers there are. */
  readonly count: number
  /** The arguments after the program's name, which workers read again. */
  readonly args: readonly string[]
  /** The files that the configuration was read from. */
  readonly files: ReadonlyMap<string, string>
  /** Where the embedded engine listens, if there is one. */
  readonly engine: Parameters<typeof startEmbeddedEngine>[0]
  readonly log: Logger
  readonly logFormat: 'json' | 'text'
}

/** Where a program of several processes can be reached. */
export interface ProgramAddresses extends Addresses {
  readonly metricsUrl?: string
  readonly engineUri?: string
}

/** A program of several processes. */
export interface Program {
  /**
   * Settles when all workers serve. Rejects with a ProcessFailure when one says that it cannot start; nothing is left
   * running then.
   */
  readonly ready: Promise<ProgramAddresses>
  /** Has all workers stop, then closes what the primary has. Idempotent. */
  stop(): Promise<void>
  /** Ends all workers at once. */
  kill(): void
}

/**
 * Starts workers that share a port, and looks after them: one that dies is replaced. The primary serves no client: it
 * has the embedded engine, if there is no `mongoUri`, and the port of the metrics.
 *
 * @throws RelayError, UsageError and others for what a single process would refuse; nothing is left running
 */
export async function startPrimary(options: PrimaryOptions): Promise<Program> {
  const { config, count, args, files, log, logFormat } = options
  if (!cluster.isPrimary) {
    throw new UsageError(
      '--workers is for a process of its own: one that a cluster has started, as PM2 does, is a worker',
    )
  }
  partOfLimits(config, { index: 0, count })
  const relayOptions = { ...settleOptions(toRelayOptions(config)), log }
  // what is refused is refused before anything is started
  await checkOptions(relayOptions)
  const { metricsPort, metricsHost, port } = relayOptions
  const engine = wantsEngine(relayOptions) ? await startEmbeddedEngine(options.engine) : undefined
  let isStopping = false

  const crew: Crew = createCrew({
    count,
    order: { args, files: [...files], logFormat, port, engineUri: engine?.uri },
    answers: {
      read: () => metrics.read(),
      ...(engine ? { run: (asked: Parameters<typeof answerCommand>[1]) => answerCommand(engine, asked) } : {}),
    },
    log,
    onEnd: (member) => metrics.retire(member),
  })
  const metrics = createProgramMetrics(
    () => crew.members,
    () => ({ serving: crew.members.length, ended: crew.ended }),
  )
  const metricsServer = createMetricsServer(relayOptions, {
    read: metrics.read,
    trouble,
    reportError: (err) => log.error({ err }, 'Unexpected error'),
  })

  try {
    const metricsUrl = metricsPort === undefined ? undefined : await listen(metricsServer, metricsHost, metricsPort)
    return {
      ready: start(metricsUrl && new URL('metrics', metricsUrl).href),
      async stop() {
        isStopping = true
        await crew.stop()
        await close()
      },
      kill: () => void crew.kill(),
    }
  } catch (error) {
    await close()
    throw error
  }

  async function start(metricsUrl: string | undefined): Promise<ProgramAddresses> {
    try {
      const addresses = await crew.start()
      log.info({ url: addresses.url, workers: count }, 'All workers serve')
      return { ...addresses, ...(metricsUrl && { metricsUrl }), ...(engine && { engineUri: engine.uri }) }
    } catch (error) {
      await crew.kill()
      await close()
      throw error
    }
  }

  async function close(): Promise<void> {
    await engine?.stop()
    await stopListening(metricsServer, 0)
  }

  // connections go to any of them
  async function trouble(): Promise<string | undefined> {
    if (isStopping) return 'The relay is shutting down'
    const { members } = crew
    if (members.length === 0) return 'No worker serves'
    const troubles = await Promise.all(members.map((member) => member.trouble().catch(String)))
    return troubles.find((reason) => reason !== undefined && reason !== null)
  }
}
