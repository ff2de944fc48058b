import { suggestion } from '../util/nearest.ts'
import { checkVariables } from './check-variables.ts'
import { type Args, readArgs } from './read-args.ts'
import { type Config, readConfig } from './config-file/read-config.ts'
import { PARTS } from './config-file/parts.ts'
import { fromDisk, type ReadText } from './config-file/read-text.ts'
import type { Environment } from './config-file/secret-refs.ts'
import { OPTIONS } from '../relay/options/table.ts'
import { UsageError } from './usage-error.ts'

/** What the command line asks for. */
export type Command =
  | { readonly run: 'help'; readonly isWhole: boolean }
  | { readonly run: 'version' }
  | { readonly run: 'engine'; readonly port: number }
  | { readonly run: 'types'; readonly mongoUri: string; readonly db: string; readonly coll: string }
  | { readonly run: 'relay' | 'ingest' | 'check-config'; readonly config: Config }
  | { readonly run: 'print-config'; readonly config: Config; readonly asJson: boolean }

const COMMANDS = ['engine', 'ingest', 'types']

/** MongoDB's own port, which `mongosh` tries first. */
export const MONGODB_PORT = 27_017

/**
 * Reads the arguments after the program's name, the environment, and the configuration file where one of them names it.
 *
 * @throws UsageError for an unknown flag or command, or a value that is not valid
 */
export async function readCommand(
  args: readonly string[],
  env: Environment,
  readText: ReadText = fromDisk,
): Promise<Command> {
  const read = readArgs(args)
  if (read.help) return { run: 'help', isWhole: read.words.includes('all') }
  if (read.version) return { run: 'version' }
  const [command, ...rest] = read.words
  if (command === 'engine' && rest.length === 0) return engineCommand(args, read)
  if (command === 'types' && rest.length === 0) return typesCommand(args, read, env)
  if (command !== undefined && (command !== 'ingest' || rest.length > 0)) {
    throw new UsageError(`Unknown command: ${read.words.join(' ')}${suggestion(command, COMMANDS)}`)
  }
  if (read.json && !read.printConfig) throw new UsageError('--json goes with --print-config')
  if (read.withoutSecrets && !read.checkConfig) throw new UsageError('--without-secrets goes with --check-config')
  checkVariables(env)
  const config = await readConfig(read, env, PARTS, readText)
  if (read.printConfig) return { run: 'print-config', config, asJson: read.json }
  return { run: read.checkConfig ? 'check-config' : (command ?? 'relay'), config }
}

function engineCommand(args: readonly string[], { flags }: Args): Command {
  refuseOthers('engine', args, ['port'])
  return { run: 'engine', port: flags.has('port') ? readPort(flags.get('port')) : MONGODB_PORT }
}

async function typesCommand(args: readonly string[], read: Args, env: Environment): Promise<Command> {
  refuseOthers('types', args, ['ns', 'mongo', 'config'])
  const { settings, sources } = await readConfig(read, env)
  const { namespace, mongoUri = `mongodb://127.0.0.1:${MONGODB_PORT}/?directConnection=true` } = settings
  const [db = '', coll = ''] = namespace.split(/\.(.*)/s)
  if (sources.get('namespace') === 'default' || coll === '') {
    throw new UsageError('`tailrace types` needs a collection: give it by --ns, as db.coll')
  }
  return { run: 'types', mongoUri, db, coll }
}

function refuseOthers(command: string, args: readonly string[], flags: readonly string[]): void {
  const odd = args.find((arg) => arg.startsWith('--') && !flags.includes(arg.slice(2).split('=')[0] ?? ''))
  if (odd !== undefined) throw new UsageError(`\`tailrace ${command}\` does not take ${odd.split('=')[0] ?? odd}`)
}

function readPort(value: unknown): number {
  try {
    return OPTIONS.port.kind.read(value)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
