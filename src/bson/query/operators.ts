import type { FieldOperator, TopLevelOperator } from './language.ts'
import { ALL_OPERATORS } from './operators/all.ts'
import { BIT_OPERATORS } from './operators/bits.ts'
import { COMPARISON_OPERATORS } from './operators/comparison.ts'
import { ELEMENT_MATCH_OPERATORS } from './operators/element-match.ts'
import { ELEMENT_OPERATORS } from './operators/element.ts'
import { LOGICAL_OPERATORS, NOT_OPERATORS } from './operators/logical.ts'
import { VALUE_OPERATORS } from './operators/values.ts'

/** The operators that stand below a field and need nothing but the value there. */
export const FIELD_OPERATORS: ReadonlyMap<string, FieldOperator> = new Map(
  Object.entries({
    ...COMPARISON_OPERATORS,
    ...VALUE_OPERATORS,
    ...ELEMENT_OPERATORS,
    ...ALL_OPERATORS,
    ...ELEMENT_MATCH_OPERATORS,
    ...BIT_OPERATORS,
    ...NOT_OPERATORS,
  }),
)

/** The operators that stand in place of a field and need nothing but the document. */
export const TOP_LEVEL_OPERATORS: ReadonlyMap<string, TopLevelOperator> = new Map(Object.entries(LOGICAL_OPERATORS))
