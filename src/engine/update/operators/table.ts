import type { LeafOperator } from '../tree/leaf.ts'
import { ADD_TO_SET_OPERATORS } from './add-to-set.ts'
import { ARITHMETIC_OPERATORS } from './arithmetic.ts'
import { BIT_OPERATORS } from './bit.ts'
import { CURRENT_DATE_OPERATORS } from './current-date.ts'
import { MIN_MAX_OPERATORS } from './min-max.ts'
import { POP_OPERATORS } from './pop.ts'
import { PULL_OPERATORS } from './pull.ts'
import { PUSH_OPERATORS } from './push.ts'
import { SET_OPERATORS } from './set.ts'

/** Update operators by name, except `$rename`, which has two ends. */
export const LEAF_OPERATORS: ReadonlyMap<string, LeafOperator> = new Map(
  Object.entries({
    ...SET_OPERATORS,
    ...ARITHMETIC_OPERATORS,
    ...MIN_MAX_OPERATORS,
    ...CURRENT_DATE_OPERATORS,
    ...PUSH_OPERATORS,
    ...ADD_TO_SET_OPERATORS,
    ...POP_OPERATORS,
    ...PULL_OPERATORS,
    ...BIT_OPERATORS,
  }),
)
