import { compareValues } from '../../../bson/compare.ts'
import { isDocument, typeName, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { isIdentical } from '../identical.ts'
import type { Leaf, LeafOperator } from '../tree/leaf.ts'

/** Gives a field a value; the identical value is no change. */
function setLeaf(operand: BsonValue): Leaf {
  return {
    kind: 'leaf',
    missing: 'create',
    apply: (value) =>
      value !== undefined && isIdentical(value, operand) ? undefined : { kind: 'set', value: operand },
  }
}

function setOnInsertLeaf(operand: BsonValue): Leaf {
  const set = setLeaf(operand)
  return {
    kind: 'leaf',
    missing: 'create',
    apply: (value, scope, place) => (scope.insert ? set.apply(value, scope, place) : undefined),
  }
}

const UNSET: Leaf = {
  kind: 'leaf',
  missing: 'ignore',
  apply: () => ({ kind: 'remove' }),
}

function extreme(wanted: 1 | -1): LeafOperator {
  return (operand) => ({
    kind: 'leaf',
    missing: 'create',
    apply: (value) =>
      value === undefined || Math.sign(compareValues(operand, value)) === wanted
        ? { kind: 'set', value: operand }
        : undefined,
  })
}

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

/** Always a change, even within the same millisecond. */
function currentDate(operand: BsonValue): Leaf {
  const timestamp = asksTimestamp(operand)
  return {
    kind: 'leaf',
    missing: 'create',
    apply: (_value, scope) => ({ kind: 'set', value: timestamp ? scope.nextTimestamp() : scope.now }),
  }
}

/** Operators on fields of any type; `$min` and `$max` go by BSON's order across all types. */
export const FIELD_OPERATORS: Readonly<Record<string, LeafOperator>> = {
  $set: setLeaf,
  $setOnInsert: setOnInsertLeaf,
  $unset: () => UNSET,
  $min: extreme(-1),
  $max: extreme(1),
  $currentDate: currentDate,
}
