import type { LeafOperator } from '../tree/leaf.ts'
import { ARITHMETIC_OPERATORS } from './arithmetic.ts'
import { ARRAY_OPERATORS } from './arrays.ts'
import { BIT_OPERATORS } from './bit.ts'
import { FIELD_OPERATORS } from './fields.ts'
import { PUSH_OPERATORS } from './push.ts'

/** Update operators by name, except `$rename`, which has two ends. */
export const LEAF_OPERATORS: ReadonlyMap<string, LeafOperator> = new Map(
  Object.entries({
    ...FIELD_OPERATORS,
    ...ARITHMETIC_OPERATORS,
    ...BIT_OPERATORS,
    ...PUSH_OPERATORS,
    ...ARRAY_OPERATORS,
  }),
)
