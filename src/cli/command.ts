import { parseArgs } from 'node:util'
import { parseNamespace } from '../changes/scope.ts'

/** What the command line asks for. */
export type Command =
  | { readonly run: 'help' }
  | { readonly run: 'version' }
  | { readonly run: 'engine'; readonly port: number }
  | {
      readonly run: 'relay'
      readonly mongoUri: string | undefined
      readonly host: string
      readonly port: number
      readonly namespace: string
      readonly allowedOrigins: readonly string[]
      /** Absent when nothing is said, so that the relay's own default holds. */
      readonly windowBytes?: number
      readonly windowEvents?: number
    }

/** The command line is not valid; the message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** MongoDB's own port, which `mongosh` tries first. */
export const MONGODB_PORT = 27_017

const RELAY_FLAGS = {
  mongo: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  ns: { type: 'string' },
  'allow-origin': { type: 'string', multiple: true },
  'window-bytes': { type: 'string' },
  'window-events': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

/**
 * Reads the arguments after the program's name, and the environment. A flag wins over its variable; an empty variable
 * counts as absent.
 *
 * @throws UsageError for an unknown flag or command, or a value that is not valid
 */
export function readCommand(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Command {
  const { values, positionals } = parse(args)
  if (values.help) return { run: 'help' }
  if (values.version) return { run: 'version' }
  const [command, ...rest] = positionals
  if (command === 'engine' && rest.length === 0) return engineCommand(values)
  if (command !== undefined) throw new UsageError(`Unknown command: ${positionals.join(' ')}`)

  const namespace = values.ns ?? (env['TAILRACE_NS'] || 'test.test')
  const windowBytes = values['window-bytes'] ?? (env['TAILRACE_WINDOW_BYTES'] || undefined)
  const windowEvents = values['window-events'] ?? (env['TAILRACE_WINDOW_EVENTS'] || undefined)
  const origins = values['allow-origin'] ?? (env['TAILRACE_ALLOWED_ORIGINS'] || '').split(',')
  return {
    run: 'relay',
    mongoUri: toMongoUri(values.mongo ?? (env['MONGODB_URI'] || undefined)),
    host: toHost(values.host ?? (env['HOST'] || '127.0.0.1')),
    port: toPort(values.port ?? (env['PORT'] || '8888')),
    namespace: toNamespace(namespace),
    allowedOrigins: origins.map((origin) => origin.trim()).filter((origin) => origin !== ''),
    ...(windowBytes === undefined ? {} : { windowBytes: toCount(windowBytes) }),
    ...(windowEvents === undefined ? {} : { windowEvents: toCount(windowEvents) }),
  }
}

type Values = ReturnType<typeof parse>['values']

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: RELAY_FLAGS, allowPositionals: true })
  } catch (error) {
    // the first sentence says it; what follows is advice for programs with other conventions
    throw new UsageError(error instanceof Error ? (error.message.split(/\.\s/)[0] ?? error.message) : String(error))
  }
}

function engineCommand({ port, help: _help, version: _version, ...others }: Values): Command {
  const odd = Object.keys(others)[0]
  if (odd !== undefined) throw new UsageError(`\`tailrace engine\` does not take --${odd}`)
  return { run: 'engine', port: toPort(port ?? String(MONGODB_PORT)) }
}

function toMongoUri(uri: string | undefined): string | undefined {
  if (uri === undefined || /^mongodb(?:\+srv)?:\/\/./.test(uri)) return uri
  // not repeated: it may hold a password
  throw new UsageError('The MongoDB URI must start with mongodb:// or mongodb+srv://')
}

function toHost(host: string): string {
  if (host !== '' && !/[\s/]/.test(host)) return host
  throw new UsageError(`Not a host: ${JSON.stringify(host)}`)
}

function toPort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new UsageError(`Not a port from 0 to 65535: ${JSON.stringify(text)}`)
}

function toCount(text: string): number {
  const count = Number(text)
  if (/^\d{1,15}$/.test(text) && count > 0) return count
  throw new UsageError(`Not a positive whole number: ${JSON.stringify(text)}`)
}

function toNamespace(text: string): string {
  try {
    parseNamespace(text)
    return text
  } catch (error) {
    throw new UsageError(`Not a namespace such as db.coll: ${JSON.stringify(text)}: ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
