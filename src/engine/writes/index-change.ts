import { isEqual } from '../../bson/compare.ts'
import type { Encodable } from '../../bson/codec/encode.ts'
import {
  doc,
  Int32,
  isDocument,
  isNumber,
  Long,
  toNumber,
  type BsonDocument,
  type BsonValue,
} from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { readExpiry } from '../indexes/delete-expired.ts'
import type { Collection } from '../storage/collection.ts'
import type { SecondaryIndex } from '../storage/secondary-index.ts'
import { Parameters } from '../parameters/parameters.ts'

/** What `collMod` did to an index. */
export interface IndexChange {
  /** The reply's fields: what was changed, before and after. */
  readonly fields: Readonly<Record<string, Encodable>>
  /** The index's options before, as events show them. */
  readonly before: BsonDocument
}

/**
 * Changes an index as the `index` of `collMod` asks: hides it from the planner, which finds the same documents without,
 * or shows it again; has documents expire sooner, later, or at all.
 * @throws CommandError IndexNotFound; InvalidOptions, BadValue for what cannot be changed
 */
export function changeIndex(collection: Collection, change: BsonDocument): IndexChange {
  for (const field of change.keys()) {
    if (!['name', 'keyPattern', 'hidden', 'expireAfterSeconds'].includes(field)) {
      throw new CommandError(
        'CommandNotSupported',
        `collMod of an index's ${field} is not supported by the embedded engine`,
      )
    }
  }
  const params = new Parameters('collMod.index', change)
  const hidden = params.boolean('hidden')
  const given = params.value('expireAfterSeconds')
  if (hidden === undefined && given === undefined) {
    throw new CommandError('InvalidOptions', 'no expireAfterSeconds, hidden, or unique field')
  }
  const index = find(collection, params)
  const changes = [
    ...(hidden === undefined ? [] : hide(index, hidden)),
    ...(given === undefined ? [] : expire(index, given)),
  ].filter(({ old, next }) => !isEqual(old ?? null, next))
  return {
    fields: Object.fromEntries(
      changes.flatMap(({ name, old, next }) => [
        ...(old === undefined ? [] : [[`${name}_old`, old] as const]),
        [`${name}_new`, next] as const,
      ]),
    ),
    before: new Map(changes.flatMap(({ name, old }) => (old === undefined ? [] : [[name, old] as const]))),
  }
}

interface Change {
  readonly name: string
  readonly old: BsonValue | undefined
  readonly next: BsonValue
}

function hide(index: SecondaryIndex, hidden: boolean): Change[] {
  const spec = new Map(index.spec.spec)
  const old = spec.get('hidden') === true
  if (hidden) spec.set('hidden', true)
  else spec.delete('hidden')
  index.spec = { ...index.spec, spec }
  return [{ name: 'hidden', old, next: hidden }]
}

function expire(index: SecondaryIndex, given: BsonValue): Change[] {
  const seconds = readExpiry(given, (message) => new CommandError('InvalidOptions', message))
  if (index.fields.length !== 1) {
    throw new CommandError(
      'InvalidOptions',
      'TTL indexes are single-field indexes, compound indexes do not support TTL',
    )
  }
  const old = index.spec.spec.get('expireAfterSeconds')
  const spec = new Map(index.spec.spec).set('expireAfterSeconds', seconds)
  index.spec = { ...index.spec, spec, expireAfterSeconds: seconds.value }
  return [{ name: 'expireAfterSeconds', old: inLong(old), next: inLong(seconds) as Long }]
}

// as a server answers
function inLong(value: BsonValue | undefined): Long | undefined {
  return isNumber(value) ? Long.fromNumber(toNumber(value)) : undefined
}

function find(collection: Collection, params: Parameters): SecondaryIndex {
  const [name, key] = [params.string('name'), params.value('keyPattern')]
  if ((name === undefined) === (key === undefined)) {
    const text = name === undefined ? 'must specify either index name or key pattern' : 'cannot specify both'
    throw new CommandError('InvalidOptions', `${text} to identify the index`)
  }
  const isId = name === '_id_' || (isDocument(key) && isEqual(key, doc({ _id: new Int32(1) })))
  if (isId) throw new CommandError('BadValue', "can't hide _id index")
  const found = collection.indexes.find(({ spec }) =>
    name === undefined ? isEqual(spec.key, key ?? null) : spec.name === name,
  )
  if (found) return found
  throw new CommandError('IndexNotFound', `cannot find index ${name ?? 'with that key'} for ns ${collection.namespace}`)
}
