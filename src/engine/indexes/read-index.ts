import { isEqual } from '../../bson/compare.ts'
import { CommandError } from '../../bson/command-error.ts'
import { doc, Int32, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { Parameters } from '../parameters/parameters.ts'
import { compileFilter } from '../query/filter.ts'
import type { IndexSpec } from '../storage/secondary-index.ts'
import { expandCollation } from './collation.ts'
import { cannot, kindOf, type IndexKind } from './kind.ts'
import { TEXT_OPTIONS, textSpec } from './text.ts'
import { readExpiry } from './delete-expired.ts'

/** The key of the index that every collection has. */
export const ID_KEY: BsonDocument = doc({ _id: new Int32(1) })

/** The options of the kinds that are no plain index. */
const KIND_OPTIONS: Readonly<Record<string, IndexKind>> = {
  ...Object.fromEntries(TEXT_OPTIONS.map((option) => [option, 'text' as const])),
  '2dsphereIndexVersion': '2dsphere',
  bits: '2d',
  min: '2d',
  max: '2d',
  wildcardProjection: 'wildcard',
}
const KNOWN = new Set([
  ...['v', 'key', 'name', 'ns', 'unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds', 'collation'],
  ...['hidden', 'background', 'storageEngine', 'prepareUnique', 'dropDups'],
  ...Object.keys(KIND_OPTIONS),
])
/** What a server takes and does not list. */
const UNLISTED = new Set(['ns', 'dropDups'])

/**
 * Reads one of the definitions that `createIndexes` is given.
 * @throws CommandError CannotCreateIndex, InvalidIndexSpecificationOption and others, as a server refuses bad ones;
 *   CommandNotSupported for uniqueness that the engine cannot hold
 */
export function readIndex(definition: BsonDocument): IndexSpec {
  const params = new Parameters('createIndexes.indexes', definition)
  const key = params.required('key', params.document('key'))
  const name = params.required('name', params.string('name'))
  if (name === '') throw cannot('index names cannot be empty')
  if (name === '*') throw new CommandError('BadValue', "The index name '*' is not valid.")
  for (const field of definition.keys()) {
    if (KNOWN.has(field)) continue
    throw invalidOption(`The field '${field}' is not valid for an index specification. Specification: ${name}`)
  }
  const kind = kindOf(key)
  checkOptions(definition, kind)
  if (isEqual(key, ID_KEY)) checkIdIndex(definition)
  const unique = params.flag('unique')
  const sparse = params.flag('sparse')
  const collation = expandCollation(definition.get('collation'))
  if (unique) checkUniqueness(kind, collation)
  if (collation && (kind === 'text' || kind === '2d')) throw cannot(`Index type '${kind}' does not support collation`)
  if (sparse && kind === 'wildcard') throw cannot("Index type 'wildcard' does not support the sparse option")
  const expiry = expiryOf(definition, key, kind)
  const partialFilter = params.document('partialFilterExpression')
  if (partialFilter) compileFilter(partialFilter)
  if (partialFilter && sparse) throw cannot('cannot mix "partialFilterExpression" and "sparse" options')
  const spec = listed(definition, key, kind, { collation, expireAfterSeconds: expiry })
  return {
    name,
    key: spec.get('key') as BsonDocument,
    unique,
    sparse,
    isPlain: kind === 'plain' && !collation,
    ...(expiry ? { expireAfterSeconds: expiry.value } : {}),
    ...(partialFilter ? { partialFilter } : {}),
    spec,
  }
}

function expiryOf(definition: BsonDocument, key: BsonDocument, kind: IndexKind): Int32 | undefined {
  const given = definition.get('expireAfterSeconds')
  if (given === undefined) return undefined
  const seconds = readExpiry(given)
  if (kind === 'wildcard') throw cannot("Index type 'wildcard' cannot be a TTL index")
  if (key.size !== 1) throw cannot('TTL indexes are single-field indexes, compound indexes do not support TTL')
  return seconds
}

/** The definition as `listIndexes` and events show it: with what a server fills in. */
function listed(
  definition: BsonDocument,
  key: BsonDocument,
  kind: IndexKind,
  read: { readonly collation: BsonDocument | undefined; readonly expireAfterSeconds: Int32 | undefined },
): BsonDocument {
  const spec: BsonDocument = new Map<string, BsonValue>([
    ['v', new Int32(2)],
    ['key', key],
  ])
  for (const [field, value] of definition) if (!UNLISTED.has(field) && field !== 'v') spec.set(field, value)
  if (read.expireAfterSeconds) spec.set('expireAfterSeconds', read.expireAfterSeconds)
  if (read.collation) spec.set('collation', read.collation)
  else spec.delete('collation')
  if (kind === 'text') return textSpec(spec, key)
  if (kind === '2dsphere' && !spec.has('2dsphereIndexVersion')) spec.set('2dsphereIndexVersion', new Int32(3))
  return spec
}

function checkOptions(definition: BsonDocument, kind: IndexKind): void {
  for (const [field, value] of definition) {
    const owner = Object.hasOwn(KIND_OPTIONS, field) ? KIND_OPTIONS[field] : undefined
    if (field === 'wildcardProjection' && kind !== 'wildcard') {
      throw new CommandError('BadValue', "The field 'wildcardProjection' is only allowed in a wildcard index")
    }
    if (owner !== kind) continue
    const number = isNumber(value) ? toNumber(value) : Number.NaN
    if (field === '2dsphereIndexVersion' && ![1, 2, 3].includes(number)) {
      throw cannot('unsupported geo index version, only support versions: [1,2,3]')
    }
    if (field === 'bits' && !(number >= 1 && number <= 32)) {
      throw new CommandError('InvalidOptions', "can't have less than 1 or more than 32 bits in a geo index")
    }
    if ((field === 'min' || field === 'max') && Number.isNaN(number))
      throw cannot(`2d index option ${field} must be a number`)
  }
}

function checkUniqueness(kind: IndexKind, collation: BsonDocument | undefined): void {
  if (kind === 'hashed') {
    throw new CommandError(16764, 'Currently hashed indexes cannot guarantee uniqueness. Use a regular index.')
  }
  if (kind === 'wildcard') throw cannot("Index type 'wildcard' does not support the unique option")
  if (kind === 'plain' && !collation) return
  const what = kind === 'plain' ? 'with a collation' : `of the kind '${kind}'`
  throw new CommandError('CommandNotSupported', `unique indexes ${what} are not supported by the embedded engine`)
}

function checkIdIndex(definition: BsonDocument): void {
  for (const field of definition.keys()) {
    if (['v', 'key', 'name', 'ns', 'collation'].includes(field)) continue
    throw invalidOption(`The field '${field}' is not valid for an _id index specification.`)
  }
}

function invalidOption(message: string): CommandError {
  return new CommandError('InvalidIndexSpecificationOption', message)
}
