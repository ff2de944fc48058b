import { isDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'

/**
 * Refuses a collation other than the simple one, which compares bytes.
 * @throws CommandError CommandNotSupported
 */
export function refuseCollation(collation: BsonValue | undefined): void {
  if (collation === undefined || collation === null) return
  if (isDocument(collation) && (collation.size === 0 || collation.get('locale') === 'simple')) return
  throw new CommandError(
    'CommandNotSupported',
    'Collation other than { locale: "simple" } is not supported by the embedded engine',
  )
}
