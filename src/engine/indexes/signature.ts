import { isEqual } from '../../bson/compare.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { Collection } from '../storage/collection.ts'
import type { IndexSpec } from '../storage/secondary-index.ts'
import { cannot } from './kind.ts'
import { ID_KEY } from './read-index.ts'

/** What makes an index another one. */
const SIGNATURE = ['key', 'unique', 'sparse', 'partialFilterExpression', 'collation', 'wildcardProjection']
/** What else has to be the same for an index to be there already. */
const OPTIONS = ['expireAfterSeconds', 'weights', 'default_language', 'language_override', 'bits', 'min', 'max']

/**
 * Whether the same index is there.
 * @throws CommandError IndexKeySpecsConflict, IndexOptionsConflict, CannotCreateIndex when one is in its way
 */
export function isThere(collection: Collection, wanted: IndexSpec): boolean {
  if (isEqual(wanted.key, ID_KEY)) return true
  const names = `Requested index: ${wanted.name}`
  for (const { spec: other } of collection.indexes) {
    const isSame = agree(other, wanted, SIGNATURE)
    if (other.name === wanted.name) {
      if (!isSame) {
        throw new CommandError(
          'IndexKeySpecsConflict',
          `An existing index has the same name as the requested index, but another specification. ${names}`,
        )
      }
      if (agree(other, wanted, OPTIONS)) return true
      const text = `An equivalent index already exists with the same name but different options. ${names}`
      throw new CommandError('IndexOptionsConflict', text)
    }
    if (isSame) {
      throw new CommandError('IndexOptionsConflict', `Index already exists with a different name: ${other.name}`)
    }
    if (other.spec.has('textIndexVersion') && wanted.spec.has('textIndexVersion')) {
      throw cannot(`only one text index per collection allowed, found existing text index "${other.name}"`)
    }
  }
  return false
}

// what is false is as good as absent
function agree(a: IndexSpec, b: IndexSpec, fields: readonly string[]): boolean {
  return fields.every((field) => isEqual(a.spec.get(field) || null, b.spec.get(field) || null))
}
