import type { BsonValue } from '../../../bson/values.ts'
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

/** `$set`, `$setOnInsert` and `$unset`. */
export const SET_OPERATORS: Readonly<Record<string, LeafOperator>> = {
  $set: setLeaf,
  $setOnInsert: setOnInsertLeaf,
  $unset: () => UNSET,
}
