import type { FieldOperator, TopLevelOperator } from './language.ts'
import { ARRAY_OPERATORS } from './operators/array.ts'
import { BIT_OPERATORS } from './operators/bits.ts'
import { COMPARISON_OPERATORS } from './operators/comparison.ts'
import { ELEMENT_OPERATORS } from './operators/element.ts'
import { IN_OPERATORS } from './operators/in.ts'
import { LOGICAL_OPERATORS } from './operators/logical.ts'
import { MOD_OPERATORS } from './operators/mod.ts'
import { NOT_OPERATORS } from './operators/not.ts'

/** The operators that stand below a field and need nothing but the value there. */
export const FIELD_OPERATORS: ReadonlyMap<string, FieldOperator> = new Map(
  Object.entries({
    ...COMPARISON_OPERATORS,
    ...IN_OPERATORS,
    ...ELEMENT_OPERATORS,
    ...ARRAY_OPERATORS,
    ...MOD_OPERATORS,
    ...BIT_OPERATORS,
    ...NOT_OPERATORS,
  }),
)

/** The operators that stand in place of a field and need nothing but the document. */
export const TOP_LEVEL_OPERATORS: ReadonlyMap<string, TopLevelOperator> = new Map(Object.entries(LOGICAL_OPERATORS))
