import type { Args } from '../read-args.ts'
import { type ConfigFile, readConfigFile } from './read-file.ts'
import { fromDisk, type ReadText } from './read-text.ts'
import type { Environment } from './secret-refs.ts'
import { createStandIns } from './stand-ins.ts'
import { type Parts, PARTS, type PartValues } from './parts.ts'
import { flagOf, type Option, variableOf } from '../../relay/options/option.ts'
import { SETTING_ROWS, type OptionValues, type SettingName } from '../../relay/options/table.ts'
import { UsageError } from '../usage-error.ts'

/** The value of each setting; `undefined` where there is neither one nor a default. */
export type Settings = Pick<OptionValues, SettingName>

/** Everything that flags, environment and file say, checked, with defaults. */
export interface Config<P extends Parts = typeof PARTS> {
  readonly settings: Settings
  /** The parts of the file. */
  readonly parts: PartValues<P>
  /** The parts as they may be shown. */
  readonly shownParts: ReadonlyMap<string, unknown>
  /** Where each setting's value comes from: a flag such as `--port`, a variable's name, a file's path, or `default`. */
  readonly sources: ReadonlyMap<string, string>
  /** The places in the file of secrets that are not there, where they need not be. */
  readonly missing: readonly string[]
}

/** Names the configuration file. */
export const CONFIG_VARIABLE = 'TAILRACE_CONFIG'

const NO_FILE: ConfigFile = { settings: new Map(), parts: new Map(), shownParts: new Map() }

/**
 * Reads the configuration. A flag wins over a variable, a variable over the file, the file over the default; an empty
 * variable counts as absent. A file is read when there is one.
 *
 * @param parts the parts that the file may have
 * @throws UsageError for anything that is not valid
 */
export async function readConfig<P extends Parts = typeof PARTS>(
  args: Pick<Args, 'flags' | 'config'> & Partial<Pick<Args, 'withoutSecrets'>>,
  env: Environment,
  // the default is the default of P
  parts: P = PARTS as Parts as P,
  readText: ReadText = fromDisk,
): Promise<Config<P>> {
  const path = args.config ?? (env[CONFIG_VARIABLE] || undefined)
  const standIns = args.withoutSecrets ? createStandIns() : undefined
  const file = path === undefined ? NO_FILE : await readConfigFile(path, env, parts, readText, standIns)
  const sources = new Map<string, string>()
  const find = (key: SettingName, setting: Option<unknown>): Found | undefined => {
    const flag = `--${flagOf(key, setting)}`
    if (args.flags.has(key)) return { value: args.flags.get(key), source: flag, place: flag }
    const variable = variableOf(key, setting)
    if (env[variable]) return { value: env[variable], source: variable, place: variable }
    if (path === undefined || !file.settings.has(key)) return undefined
    return { value: file.settings.get(key), source: path, place: `${key} in ${path}` }
  }

  const read = (key: SettingName, setting: Option<unknown>): unknown => {
    const found = find(key, setting)
    sources.set(key, found?.source ?? 'default')
    return found ? readValue(setting, found) : setting.fallback
  }

  const settings = Object.fromEntries(SETTING_ROWS.map(([key, setting]) => [key, read(key, setting)]))
  for (const key of file.parts.keys()) sources.set(key, path ?? '')
  // each by its own kind and schema
  const checked = { settings: settings as unknown as Settings, parts: Object.fromEntries(file.parts) as PartValues<P> }
  return { ...checked, shownParts: file.shownParts, sources, missing: standIns?.places ?? [] }
}

interface Found {
  readonly value: unknown
  /** Where it comes from. */
  readonly source: string
  /** The same for a message. */
  readonly place: string
}

function readValue({ kind }: Option<unknown>, { value, place }: Found): unknown {
  try {
    return kind.read(value)
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(`${error.message} (${place})`) : error
  }
}
