#!/usr/bin/env node
import { type Command, MONGODB_PORT, readCommand } from './cli/command.ts'
import { createLineWriter } from './cli/line-writer.ts'
import { print } from './cli/print.ts'
import type { Config } from './cli/config-file/read-config.ts'
import { UsageError } from './cli/usage-error.ts'
import { RelayError } from './errors.ts'
import type { Logger } from './util/logs/logger.ts'
import { VERSION } from './util/version.generated.ts'

/** Something that runs until it is stopped. */
interface Running {
  stop(): Promise<void>
}

const USAGE = 2
const FAILURE = 1

/** Under npm, Ctrl-C comes twice at once: from the terminal, and passed on by npm. Milliseconds. */
const SAME_SIGNAL_MS = 300

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

async function runRelay({ settings, parts }: Config): Promise<Running> {
  const { logLevel, logFormat, ...options } = settings
  const [{ createRelay }, log] = await Promise.all([import('./adapters/node/relay.ts'), openLog(settings)])
  const relay = await createRelay({
    ...options,
    ...parts,
    enginePort: MONGODB_PORT,
    enginePortIsPreference: true,
    log,
  })
  tell(`Live page ${relay.url}\nGraphiQL  ${relay.graphqlUrl}\n`)
  if (relay.metricsUrl !== undefined) tell(`Metrics   ${relay.metricsUrl}\n`)
  if (relay.engineUri !== undefined) tell(`MongoDB   ${relay.engineUri}\n`)
  return relay
}

async function openLog({ logLevel: level, logFormat }: Config['settings']): Promise<Logger> {
  const format = logFormat === 'auto' ? (process.stderr.isTTY ? 'text' : 'json') : logFormat
  const { createLogger } = await import('./relay/telemetry/create-logger.ts')
  const write = createLineWriter(process.stderr, {
    onRecovered: (lost) => log.warn({ lost }, 'Lines of this log are lost, because they could not be written'),
  })
  const log = await createLogger({ level, format, write })
  return log
}

async function runIngester({ settings, parts }: Config): Promise<Running> {
  const { logLevel, logFormat, ...options } = settings
  const [{ startIngester }, log] = await Promise.all([import('./adapters/node/ingest.ts'), openLog(settings)])
  const ingester = await startIngester({
    ...options,
    ...parts,
    enginePort: MONGODB_PORT,
    enginePortIsPreference: true,
    log,
  })
  if (ingester.engineUri !== undefined) tell(`MongoDB   ${ingester.engineUri}\n`)
  return ingester
}

/** One line that says what a person can do about it. */
function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}; see tailrace --help all`
  if (error instanceof RelayError) return error.message
  if (error instanceof Error && 'code' in error) {
    const where = 'port' in error ? ` ${String(error.port)}` : ''
    if (error.code === 'EADDRINUSE')
      return `Port${where} is in use; choose another one with --port, or 0 for a free one`
    if (error.code === 'EACCES') return `Listening on port${where} is not permitted; choose one above 1023 with --port`
  }
  return error instanceof Error ? error.message : String(error)
}

// from the beginning on: who sees an address may send one at once, and the first process of a container has no other
// way
function stopOnSignals(starting: Promise<Running | undefined>): void {
  let stoppingSinceMs: number | undefined
  const onSignal = () => {
    if (stoppingSinceMs !== undefined) {
      // a second signal means that they do not want to wait
      if (performance.now() - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(FAILURE)
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
  warn(`tailrace: ${explain(error)}\n`)
  process.exitCode = error instanceof UsageError || error instanceof RelayError ? USAGE : FAILURE
}

const starting = readCommand(process.argv.slice(2), process.env).then(run)
stopOnSignals(starting)
starting.catch(fail)
