import { resolve } from 'node:path'
import { fieldsOf } from '../../bson/ejson/json.ts'
import { toRecord } from '../../bson/ejson/ordinary-json.ts'
import { UsageError } from '../usage-error.ts'
import type { ReadText } from './read-text.ts'
import type { StandIns } from './stand-ins.ts'

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where {@link resolveSecretRefs} looks. */
export interface SecretPlaces {
  readonly env: Environment
  /** The folder that a relative path starts from. */
  readonly folder: string
  readonly readText: ReadText
  /** What stands for something that is not there; absent: it must be there. */
  readonly standIns?: StandIns | undefined
}

/** Keys in parts whose values, and all below, are secret. */
export const SECRET_KEY = /secret|password|token|credential|private/i

/**
 * Puts the values in the place of `{"$env": "NAME"}` and `{"$file": "/run/secrets/name"}` (without the line end),
 * however deep they are.
 *
 * @throws UsageError when the variable is not set or empty, or the file cannot be read
 */
export function resolveSecretRefs(value: unknown, at: string, places: SecretPlaces): unknown {
  if (Array.isArray(value)) return value.map((item, index) => resolveSecretRefs(item, `${at}[${index}]`, places))
  if (!isObject(value)) return value
  const ref = refOf(value)
  if (ref) return read(ref, at, places)
  return mapValues(value, (item, key) => resolveSecretRefs(item, `${at}.${key}`, places))
}

/** The value as it may be shown: what came from elsewhere, and what its key calls a secret, is `***`. */
export function hideSecrets(value: unknown, isSecret = false): unknown {
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, isSecret))
  if (!isObject(value)) return isSecret && value !== null ? '***' : value
  if (refOf(value)) return '***'
  return mapValues(value, (item, key) => hideSecrets(item, isSecret || SECRET_KEY.test(key)))
}

interface Ref {
  readonly kind: '$env' | '$file'
  readonly name: string
}

function read(ref: Ref, at: string, places: SecretPlaces): unknown {
  try {
    return ref.kind === '$env' ? fromEnv(ref.name, at, places) : fromFile(ref.name, at, places)
  } catch (error) {
    if (!places.standIns || !(error instanceof UsageError)) throw error
    return places.standIns.take(at)
  }
}

function refOf(value: object): Ref | undefined {
  const [[kind, name] = [], ...others] = entriesOf(value)
  if (others.length > 0 || typeof name !== 'string') return undefined
  return kind === '$env' || kind === '$file' ? { kind, name } : undefined
}

function fromEnv(name: string, at: string, { env }: SecretPlaces): string {
  const value = env[name]
  if (value) return value
  throw new UsageError(`The environment variable ${name} is not set (${at})`)
}

function fromFile(path: string, at: string, { folder, readText }: SecretPlaces): string {
  try {
    return readText(resolve(folder, path)).replace(/\r?\n$/, '')
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${at}): ${error instanceof Error ? error.message : String(error)}`)
  }
}

function mapValues(value: object, map: (item: unknown, key: string) => unknown): object {
  return toRecord(entriesOf(value).map(([key, item]) => [key, map(item, key)]))
}

// all that a file holds is JSON
function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  return fieldsOf(value) ?? []
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
