import { parseArgs } from 'node:util'
import { suggestion } from '../util/nearest.ts'
import { suggestSetting } from './suggest-setting.ts'
import { flagOf } from '../relay/options/option.ts'
import { SETTING_ROWS, type SettingName } from '../relay/options/table.ts'
import { UsageError } from './usage-error.ts'

/** What the command line says, before any value is looked at. */
export interface Args {
  /** The words that are no flags, such as `engine`. */
  readonly words: readonly string[]
  readonly help: boolean
  readonly version: boolean
  readonly printConfig: boolean
  readonly checkConfig: boolean
  /** Whether to print as JSON. */
  readonly json: boolean
  /** Whether what the file refers to need not be there. */
  readonly withoutSecrets: boolean
  /** The path of the configuration file. */
  readonly config: string | undefined
  /** What flags say: a string, a boolean for a switch, strings for a list. */
  readonly flags: ReadonlyMap<SettingName, unknown>
}

/** Flags that ask for something else than a setting, with what the help says of them. */
export const ACTIONS = [
  ['config', 'file', 'a configuration file, as JSON; a flag wins over a variable, and a variable over the file'],
  ['print-config', '', 'print the resulting configuration and where each value comes from, without secrets'],
  ['json', '', 'with --print-config: as JSON'],
  ['check-config', '', 'say whether the configuration is valid'],
  ['without-secrets', '', 'with --check-config: take the files and variables that secrets are in as given'],
  ['help', '', 'show the options that most people need; --help all shows every one'],
  ['version', '', 'show the version'],
] as const

const ACTION_TYPES = {
  config: { type: 'string' },
  'print-config': { type: 'boolean' },
  json: { type: 'boolean' },
  'check-config': { type: 'boolean' },
  'without-secrets': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

/**
 * Reads the arguments after the program's name.
 *
 * @throws UsageError for an unknown flag, or one that has a value too few or too many
 */
export function readArgs(args: readonly string[]): Args {
  const rows = SETTING_ROWS.map(([key, setting]) => ({ key, flag: flagOf(key, setting), setting }))
  const types = Object.fromEntries(
    rows.map(({ flag, setting: { kind } }) => [
      flag,
      { type: kind.placeholder === '' ? ('boolean' as const) : ('string' as const), multiple: kind.isList ?? false },
    ]),
  )
  const { values, positionals } = parse(args, { ...types, ...ACTION_TYPES })
  const flags = rows.filter(({ flag }) => values[flag] !== undefined)
  return {
    words: positionals,
    help: values['help'] === true,
    version: values['version'] === true,
    printConfig: values['print-config'] === true,
    checkConfig: values['check-config'] === true,
    json: values['json'] === true,
    withoutSecrets: values['without-secrets'] === true,
    config: typeof values['config'] === 'string' ? values['config'] : undefined,
    flags: new Map(flags.map(({ key, flag }) => [key, values[flag]])),
  }
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>

function parse(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /^Unknown option '--?(?:no-)?([^']+)'/.exec(message)?.[1]
    const hint = unknown === undefined ? '' : suggestFlag(unknown, args, options)
    // the first sentence says it; what follows is advice for programs with other conventions
    throw new UsageError(`${message.split(/\.\s/)[0] ?? message}${hint}`)
  }
}

function suggestFlag(unknown: string, args: readonly string[], options: Options): string {
  // with one dash each letter is a flag
  const word = args.find((arg) => new RegExp(`^-${unknown}[a-z-]+`).test(arg))?.slice(1) ?? unknown
  if (word in options) return `; did you mean --${word}?`
  return (
    suggestion(word, Object.keys(ACTION_TYPES), '--') ||
    suggestSetting(word, (key, setting) => `--${flagOf(key, setting)}`)
  )
}
