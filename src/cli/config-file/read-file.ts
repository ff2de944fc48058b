import { dirname } from 'node:path'
import { EjsonError, fieldsOf } from '../../bson/ejson/json.ts'
import { parseOrdinary } from '../../bson/ejson/ordinary-json.ts'
import { suggestion } from '../../util/nearest.ts'
import { suggestSetting } from '../suggest-setting.ts'
import type { Parts } from './parts.ts'
import { readPart } from './read-part.ts'
import type { ReadText } from './read-text.ts'
import { type Environment, hideSecrets, resolveSecretRefs } from './secret-refs.ts'
import type { StandIns } from './stand-ins.ts'
import { type SettingName, OPTIONS } from '../../relay/options/table.ts'
import { UsageError } from '../usage-error.ts'

/** What a configuration file says. */
export interface ConfigFile {
  /** Values of settings, not yet looked at. */
  readonly settings: ReadonlyMap<SettingName, unknown>
  /** Parts, checked. */
  readonly parts: ReadonlyMap<string, unknown>
  /** The parts as they may be shown. */
  readonly shownParts: ReadonlyMap<string, unknown>
}

/**
 * Reads a configuration file: one JSON object with settings and parts by their keys. `$schema` is for editors.
 *
 * @param standIns what stands for secrets that are not there; absent: they must be there
 * @throws UsageError when it cannot be read, is no JSON object, or has an unknown key or a part that is not valid
 */
export async function readConfigFile(
  path: string,
  env: Environment,
  parts: Parts,
  read: ReadText,
  standIns?: StandIns,
): Promise<ConfigFile> {
  const text = readText(path, read)
  const { $schema: _schema, ...content } = parseObject(text, path)
  const ordered = parseOrdered(text, path)
  const known = [...Object.keys(OPTIONS), ...Object.keys(parts)]
  const unknown = Object.keys(content).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    const hint = suggestion(unknown, Object.keys(parts)) || suggestSetting(unknown, (key) => key)
    throw new UsageError(`Unknown key ${JSON.stringify(unknown)} in ${path}${hint}`)
  }
  const places = { env, folder: dirname(path), readText: read, standIns }
  const written = (key: string) => (parts[key]?.isOrdered ? ordered.get(key) : content[key])
  const entries = Object.keys(content).map((key) => [key, resolveSecretRefs(written(key), key, places)] as const)
  const checked = new Map<string, unknown>()
  for (const [key, value] of entries) {
    const part = parts[key]
    if (part) checked.set(key, await readPart(part, key, value))
  }
  return {
    settings: new Map(entries.filter((entry): entry is [SettingName, unknown] => entry[0] in OPTIONS)),
    parts: checked,
    shownParts: new Map([...checked.keys()].map((key) => [key, hideSecrets(written(key), false)])),
  }
}

function readText(path: string, read: ReadText): string {
  try {
    return read(path).replace(/^\uFEFF/, '')
  } catch (error) {
    throw new UsageError(`The configuration file cannot be read: ${error instanceof Error ? error.message : path}`)
  }
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${path} is not valid JSON${placeOf(error, text)}`)
  }
  // what JSON makes of an object
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new UsageError(`${path} must hold one JSON object`)
}

/** The fields of a file that was read before, by their names. */
function parseOrdered(text: string, path: string): ReadonlyMap<string, unknown> {
  try {
    return new Map(fieldsOf(parseOrdinary(text)))
  } catch (error) {
    // of JSON that is valid it repeats nothing but a name
    if (error instanceof EjsonError) throw new UsageError(`${path} ${error.message}`)
    throw error
  }
}

// not the parser's whole message: newer versions of Node quote the text, which may hold secrets
function placeOf(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(String(error))?.[1]
  if (position === undefined) return ''
  const before = text.slice(0, Number(position)).split('\n')
  return `: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}
