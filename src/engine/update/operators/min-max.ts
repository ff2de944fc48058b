import { compareValues } from '../../../bson/compare.ts'
import type { LeafOperator } from '../tree/leaf.ts'

function keep(wanted: 1 | -1): LeafOperator {
  return (operand) => ({
    kind: 'leaf',
    missing: 'create',
    apply: (value) =>
      value === undefined || Math.sign(compareValues(operand, value)) === wanted
        ? { kind: 'set', value: operand }
        : undefined,
  })
}

/** `$min` and `$max`, in BSON's order across all types. */
export const MIN_MAX_OPERATORS: Readonly<Record<string, LeafOperator>> = { $min: keep(-1), $max: keep(1) }
