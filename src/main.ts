#!/usr/bin/env node
import { type Command, MONGODB_PORT, readCommand } from './cli/command.ts'
import { createLineWriter } from './cli/line-writer.ts'
import { print } from './cli/print.ts'
import type { Config, Settings } from './cli/config-file/read-config.ts'
import { keeping } from './cli/config-file/read-text.ts'
import { FAILURE, toFailure } from './cli/failure.ts'
import { toRelayOptions } from './cli/relay-options.ts'
import { workerCount } from './cli/workers/worker-count.ts'
import type { ProgramAddresses } from './cli/workers/primary.ts'
import type { Logger } from './util/logs/logger.ts'
import { VERSION } from './util/version.generated.ts'

/** Something that runs until it is stopped. */
interface Running {
  stop(): Promise<void>
  /** Ends the processes that it has, where it has some, without waiting for anything. */
  kill?(): void
}

/** Where the embedded engine listens. */
const ENGINE = { enginePort: MONGODB_PORT, enginePortIsPreference: true }

/** Under npm, Ctrl-C comes twice at once: from the terminal, and passed on by npm. Milliseconds. */
const SAME_SIGNAL_MS = 300

/** What the configuration was read from: workers read the same, whatever becomes of the files. */
const files = new Map<string, string>()
/** What people and scripts wait for: addresses. */
const tell = createLineWriter(process.stdout)
/** What went wrong, where no logger runs. */
const warn = createLineWriter(process.stderr)

async function run(command: Command): Promise<Running | undefined> {
  switch (command.run) {
    case 'help':
      // each command loads only what it needs
      await print(process.stdout, (await import('./cli/help.ts')).helpText(command.isWhole))
      return undefined
    case 'version':
      await print(process.stdout, `${VERSION}\n`)
      return undefined
    case 'engine':
      return runEngine(command.port)
    case 'types': {
      const { text, remark } = await (await import('./cli/types/print-types.ts')).printTypes(command)
      await print(process.stdout, text)
      if (remark !== undefined) warn(`tailrace: ${remark}\n`)
      return undefined
    }
    case 'print-config':
      await print(process.stdout, (await import('./cli/print-config.ts')).printConfig(command.config, command.asJson))
      return undefined
    case 'check-config':
      await print(process.stdout, await (await import('./cli/check-config.ts')).checkConfig(command.config))
      return undefined
    case 'relay':
      return runRelay(command.config)
    case 'ingest':
      return runIngester(command.config)
  }
}

async function runEngine(port: number): Promise<Running> {
  const { startEngine } = await import('./engine/engine.ts')
  const engine = await startEngine({ port })
  tell(`MongoDB   ${engine.uri}\n`)
  warn('The embedded engine keeps everything in memory; it is for trying and testing, not for production\n')
  return engine
}

async function runRelay(config: Config): Promise<Running> {
  const { settings } = config
  const logFormat = logFormatOf(settings)
  const log = await startLog(settings, logFormat)
  const count = workerCount(settings)
  if (count > 1) {
    const { startPrimary } = await import('./cli/workers/primary.ts')
    const args = process.argv.slice(2)
    const program = await startPrimary({ config, count, args, files, engine: ENGINE, log, logFormat })
    program.ready.then(tellAddresses, fail)
    return program
  }
  const { createRelay } = await import('./adapters/node/relay.ts')
  const relay = await createRelay({ ...toRelayOptions(config), ...ENGINE, log })
  tellAddresses(relay)
  return relay
}

async function startLog({ logLevel }: Settings, format: 'json' | 'text'): Promise<Logger> {
  const { createLogger } = await import('./relay/telemetry/create-logger.ts')
  const write = createLineWriter(process.stderr, {
    onRecovered: (lost) => log.warn({ lost }, 'Lines of this log are lost, because they could not be written'),
  })
  const log = await createLogger({ level: logLevel, format, write })
  return log
}

async function runIngester(config: Config): Promise<Running> {
  const { settings } = config
  const log = await startLog(settings, logFormatOf(settings))
  const { startIngester } = await import('./adapters/node/ingest.ts')
  const ingester = await startIngester({ ...toRelayOptions(config), ...ENGINE, log })
  if (ingester.metricsUrl !== undefined) tell(`Metrics   ${ingester.metricsUrl}\n`)
  if (ingester.engineUri !== undefined) tell(`MongoDB   ${ingester.engineUri}\n`)
  return ingester
}

function logFormatOf({ logFormat }: Settings): 'json' | 'text' {
  return logFormat === 'auto' ? (process.stderr.isTTY ? 'text' : 'json') : logFormat
}

function tellAddresses({ url, graphqlUrl, metricsUrl, engineUri }: ProgramAddresses): void {
  tell(`Live page ${url}\nGraphiQL  ${graphqlUrl}\n`)
  if (metricsUrl !== undefined) tell(`Metrics   ${metricsUrl}\n`)
  if (engineUri !== undefined) tell(`MongoDB   ${engineUri}\n`)
}

// from the beginning on: who sees an address may send one at once, and the first process of a container has no other
// way
function stopOnSignals(starting: Promise<Running | undefined>): void {
  let stoppingSinceMs: number | undefined
  let running: Running | undefined
  starting.then(
    (started) => (running = started),
    () => undefined,
  )
  const giveUp = () => {
    running?.kill?.()
    process.exit(FAILURE)
  }
  const onSignal = () => {
    if (stoppingSinceMs !== undefined) {
      // a second signal means that they do not want to wait
      if (performance.now() - stoppingSinceMs > SAME_SIGNAL_MS) giveUp()
      return
    }
    stoppingSinceMs = performance.now()
    starting
      .then((running) => running?.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          fail(error)
          process.exit()
        },
      )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}

/** Says what went wrong; the process ends when nothing is left to do. */
function fail(error: unknown): void {
  const { line, status } = toFailure(error)
  warn(`tailrace: ${line}\n`)
  process.exitCode = status
}

/** Serves as one of the workers that the program has started. */
async function runAsWorker(): Promise<Running> {
  const { runWorker } = await import('./cli/workers/worker.ts')
  return runWorker({ env: process.env, startLog, exit: () => process.exit(0) })
}

const starting =
  process.argv[2] === 'worker'
    ? runAsWorker()
    : readCommand(process.argv.slice(2), process.env, keeping(files)).then(run)
stopOnSignals(starting)
starting.catch(fail)
