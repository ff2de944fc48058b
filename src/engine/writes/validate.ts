import { doc, type BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { Collection } from '../storage/collection.ts'

/**
 * Checks a document against its collection's validator.
 * @param before the version that it replaces: with level `moderate`, one that was not valid may stay so
 * @throws CommandError DocumentValidationFailure
 * @see https://www.mongodb.com/docs/manual/core/schema-validation/
 */
export function validate(collection: Collection, document: BsonDocument, bypass: boolean, before?: BsonDocument): void {
  const { validator } = collection.options
  if (!validator || bypass || validator.level === 'off' || validator.action === 'warn') return
  if (validator.filter.matches(document)) return
  if (validator.level === 'moderate' && before && !validator.filter.matches(before)) return
  throw new CommandError('DocumentValidationFailure', 'Document failed validation', {
    fields: {
      errInfo: doc({
        failingDocumentId: document.get('_id'),
        details: doc({ specifiedAs: validator.spec, reason: 'the validator does not match' }),
      }),
    },
  })
}
