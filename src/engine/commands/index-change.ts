import { isEqual } from '../../bson/compare.ts'
import { doc, Int32, isDocument, type BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { Collection } from '../storage/collection.ts'
import type { SecondaryIndex } from '../storage/secondary-index.ts'
import { Parameters } from './parameters.ts'

/** What `collMod` did to an index. */
export interface IndexChange {
  /** The reply's fields: what was changed, before and after. */
  readonly fields: Readonly<Record<string, boolean>>
  /** The index's options before, as events show them. */
  readonly before: BsonDocument
}

/**
 * Changes an index as the `index` of `collMod` asks: hides it from the planner, which finds the same documents without, or
 * shows it again.
 * @throws CommandError IndexNotFound; InvalidOptions, BadValue for what cannot be changed
 */
export function changeIndex(collection: Collection, change: BsonDocument): IndexChange {
  for (const field of change.keys()) {
    if (!['name', 'keyPattern', 'hidden'].includes(field)) {
      throw new CommandError(
        'CommandNotSupported',
        `collMod of an index's ${field} is not supported by the embedded engine`,
      )
    }
  }
  const params = new Parameters('collMod.index', change)
  const hidden = params.boolean('hidden')
  if (hidden === undefined) throw new CommandError('InvalidOptions', 'no expireAfterSeconds, hidden, or unique field')
  const index = find(collection, params)
  const spec = new Map(index.spec.spec)
  const hiddenBefore = spec.get('hidden') === true
  if (hidden) spec.set('hidden', true)
  else spec.delete('hidden')
  index.spec = { ...index.spec, spec }
  const changes = hidden !== hiddenBefore
  return {
    fields: changes ? { hidden_old: hiddenBefore, hidden_new: hidden } : {},
    before: changes ? doc({ hidden: hiddenBefore }) : doc({}),
  }
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
