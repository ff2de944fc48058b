import { isDocument, typeName, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { LeafOperator } from '../tree/leaf.ts'

/** Whether the operand asks for a timestamp rather than a date. */
function asksTimestamp(operand: BsonValue): boolean {
  if (typeof operand === 'boolean') return false
  if (!isDocument(operand)) {
    throw new CommandError(
      'BadValue',
      `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ` +
        "({$type: 'timestamp/date'}).",
    )
  }
  for (const name of operand.keys()) {
    if (name !== '$type') throw new CommandError('BadValue', `Unrecognized $currentDate option: ${name}`)
  }
  const type = operand.get('$type')
  if (type === 'date' || type === 'timestamp') return type === 'timestamp'
  throw new CommandError(
    'BadValue',
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  )
}

/** `$currentDate`. Always a change, even within the same millisecond. */
export const CURRENT_DATE_OPERATORS: Readonly<Record<string, LeafOperator>> = {
  $currentDate(operand) {
    const timestamp = asksTimestamp(operand)
    return {
      kind: 'leaf',
      missing: 'create',
      apply: (_value, scope) => ({ kind: 'set', value: timestamp ? scope.nextTimestamp() : scope.now }),
    }
  },
}
