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

/**
 * Refuses what a real server takes and the engine does not have.
 * @param present those of the fields that are there
 * @throws CommandError CommandNotSupported
 */
export function refuseFields(command: string, [field]: readonly string[]): void {
  if (field === undefined) return
  throw new CommandError('CommandNotSupported', `${command} with ${field} is not supported by the embedded engine`)
}
