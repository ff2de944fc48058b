#!/usr/bin/env node
import type { Command } from './cli/command.ts'
import { MONGODB_PORT, readCommand, UsageError } from './cli/command.ts'
import { HELP } from './cli/help.ts'
import { RelayError } from './errors.ts'
import { readVersion } from './version.ts'

/** Something that runs until it is stopped. */
interface Running {
  stop(): Promise<void>
}

const USAGE = 2
const FAILURE = 1

/** Under npm, Ctrl-C comes twice at once: from the terminal, and passed on by npm. Milliseconds. */
const SAME_SIGNAL_MS = 300

async function run(command: Command): Promise<Running | undefined> {
  switch (command.run) {
    case 'help':
      process.stdout.write(HELP)
      return undefined
    case 'version':
      process.stdout.write(`${readVersion()}\n`)
      return undefined
    case 'engine':
      return runEngine(command.port)
    case 'relay':
      return runRelay(command)
  }
}

async function runEngine(port: number): Promise<Running> {
  // each command loads only what it needs
  const { startEngine } = await import('./engine/engine.ts')
  const engine = await startEngine({ port })
  process.stdout.write(`MongoDB   ${engine.uri}\n`)
  process.stderr.write(
    'The embedded engine keeps everything in memory; it is for trying and testing, not for production\n',
  )
  return engine
}

async function runRelay({ run: _run, ...options }: Extract<Command, { run: 'relay' }>): Promise<Running> {
  const { createRelay } = await import('./relay.ts')
  const relay = await createRelay({
    ...options,
    enginePort: MONGODB_PORT,
    enginePortIsPreference: true,
    log: (line) => process.stderr.write(`${line}\n`),
  })
  process.stdout.write(`Live page ${relay.url}\nGraphiQL  ${relay.graphqlUrl}\n`)
  if (relay.engineUri !== undefined) process.stdout.write(`MongoDB   ${relay.engineUri}\n`)
  return relay
}

/** One line that says what a person can do about it. */
function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}; see tailrace --help`
  if (error instanceof RelayError) return error.message
  if (error instanceof Error && 'code' in error) {
    const where = 'port' in error ? ` ${String(error.port)}` : ''
    if (error.code === 'EADDRINUSE')
      return `Port${where} is in use; choose another one with --port, or 0 for a free one`
    if (error.code === 'EACCES') return `Listening on port${where} is not permitted; choose one above 1023 with --port`
  }
  return error instanceof Error ? error.message : String(error)
}

function stopOnSignals(running: Running): void {
  let stoppingSinceMs: number | undefined
  const onSignal = () => {
    if (stoppingSinceMs !== undefined) {
      // whoever asks twice does not want to wait
      if (performance.now() - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(FAILURE)
      return
    }
    stoppingSinceMs = performance.now()
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${explain(error)}\n`)
        process.exit(FAILURE)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}

try {
  const running = await run(readCommand(process.argv.slice(2), process.env))
  if (running) stopOnSignals(running)
} catch (error) {
  process.stderr.write(`tailrace: ${explain(error)}\n`)
  process.exitCode = error instanceof UsageError || error instanceof RelayError ? USAGE : FAILURE
}
