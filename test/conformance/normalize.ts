import { BSON } from 'mongodb'

const { EJSON } = BSON

/** Fields whose values say nothing about behaviour. */
const VOLATILE = new Set([
  '$clusterTime',
  'operationTime',
  'opTime',
  'electionId',
  'topologyVersion',
  'lastCommittedOpTime',
])
/** Fields that servers newer than the recording add: allowed, never required. */
const ADDED_LATER = new Set(['wallTime', 'truncatedArrays', 'collectionUUID', 'disambiguatedPaths'])

/**
 * ObjectIds that the server made are numbered in their order of appearance; those of the transcript stand for
 * themselves.
 */
export interface Identities {
  readonly literal: ReadonlySet<string>
  readonly made: Map<string, string>
}

type Tagged = { readonly _bsontype?: string }

/** Replaces values that differ from run to run by the recording's placeholders. */
export function normalize(value: unknown, key: string, ids: Identities): unknown {
  if (Array.isArray(value)) return value.map((item) => normalize(item, key, ids))
  if (typeof value === 'string') return value.replace(/^tmp\.agg_out\.[-0-9a-f]{36}$/, 'tmp.agg_out.<uuid>')
  if (typeof value !== 'object' || value === null) return value
  const type = (value as Tagged)._bsontype
  if (type === 'Timestamp' && key === 'clusterTime') return '<timestamp>'
  if (value instanceof Date && key === 'wallTime') return '<date>'
  if (type === 'Binary' && (key === 'collectionUUID' || key === 'uuid')) return '<uuid>'
  if (value instanceof BSON.ObjectId) return identity(value, ids)
  if (type === 'Long' && key === 'id') return (value as BSON.Long).isZero() ? '<cursor 0>' : '<cursor>'
  if (type !== undefined || value instanceof Date) return value
  const entries = Object.entries(value)
  if (entries.length === 1 && typeof (value as { _data?: unknown })._data === 'string') return '<resume token>'
  return Object.fromEntries(
    entries.filter(([name]) => !VOLATILE.has(name)).map(([name, item]) => field(name, item, ids)),
  )
}

function field(name: string, value: unknown, ids: Identities): [string, unknown] {
  if (name === 'lsid') return [name, '<lsid>']
  if (/^cursors(Killed|NotFound|Alive|Unknown)$/.test(name)) return [name, (value as unknown[]).length]
  return [name, normalize(value, name, ids)]
}

function identity(id: BSON.ObjectId, { literal, made }: Identities): unknown {
  const hex = id.toHexString()
  if (literal.has(hex)) return id
  if (!made.has(hex)) made.set(hex, `<oid${made.size + 1}>`)
  return made.get(hex)
}

/** The ObjectIds that stand in a value. */
export function literalIds(value: unknown, found = new Set<string>()): Set<string> {
  if (value instanceof BSON.ObjectId) found.add(value.toHexString())
  else if (typeof value === 'object' && value !== null && (value as Tagged)._bsontype === undefined) {
    for (const item of Object.values(value)) literalIds(item, found)
  }
  return found
}

/** Every difference between what was recorded and what came, as lines `path: expected … got …`. */
export function differences(recorded: unknown, observed: unknown): string[] {
  return compare(canonical(recorded), canonical(observed), '')
}

function canonical(value: unknown): unknown {
  return (JSON.parse(EJSON.stringify({ value }, { relaxed: false })) as { value: unknown }).value
}

function compare(want: unknown, got: unknown, at: string): string[] {
  if (Array.isArray(want) && Array.isArray(got)) {
    const length = want.length === got.length ? [] : [`${at}: expected ${want.length} elements got ${got.length}`]
    return [...length, ...want.slice(0, got.length).flatMap((item, i) => compare(item, got[i], `${at}[${i}]`))]
  }
  if (isPlain(want) && isPlain(got)) {
    const names = new Set([...Object.keys(want), ...Object.keys(got)])
    return [...names].flatMap((name) => {
      if (ADDED_LATER.has(name) && !(name in want && name in got)) return []
      return compare(want[name], got[name], `${at}.${name}`)
    })
  }
  const [expected, actual] = [JSON.stringify(want), JSON.stringify(got)]
  return expected === actual ? [] : [`${at}: expected ${expected} got ${actual}`]
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
