import { wholeOf } from '../../../bson/query/lazy-fields.ts'
import type { TopLevelOperator } from '../../../bson/query/language.ts'
import { isDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileJsonSchema } from '../json-schema.ts'

/** `$jsonSchema`. */
export const SCHEMA_OPERATORS: Readonly<Record<string, TopLevelOperator>> = {
  $jsonSchema(operand) {
    if (!isDocument(operand)) throw new CommandError('TypeMismatch', '$jsonSchema must be an object')
    const test = compileJsonSchema(operand)
    return (document) => test(wholeOf(document))
  },
}
