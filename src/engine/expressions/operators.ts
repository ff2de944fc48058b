import { ARITHMETIC_OPERATORS } from './operators/arithmetic.ts'
import { ARRAY_OPERATORS } from './operators/array.ts'
import { COMPARISON_OPERATORS } from './operators/comparison.ts'
import { DATE_ARITHMETIC_OPERATORS } from './operators/date-arithmetic.ts'
import { DATE_FROM_PARTS_OPERATORS } from './operators/date-from-parts.ts'
import { DATE_PART_OPERATORS } from './operators/date-parts.ts'
import { DATE_TEXT_OPERATORS } from './operators/date-text.ts'
import { LOGICAL_OPERATORS } from './operators/logical.ts'
import { MATH_OPERATORS } from './operators/math.ts'
import { MISC_OPERATORS } from './operators/misc.ts'
import { OBJECT_OPERATORS } from './operators/object.ts'
import { TYPE_OPERATORS } from './operators/type.ts'
import { VARIABLE_OPERATORS } from './operators/variable.ts'
import type { OperatorCompiler, OperatorTable } from './types.ts'

const TABLES: readonly OperatorTable[] = [
  ARITHMETIC_OPERATORS,
  ARRAY_OPERATORS,
  COMPARISON_OPERATORS,
  DATE_ARITHMETIC_OPERATORS,
  DATE_FROM_PARTS_OPERATORS,
  DATE_PART_OPERATORS,
  DATE_TEXT_OPERATORS,
  LOGICAL_OPERATORS,
  MATH_OPERATORS,
  MISC_OPERATORS,
  OBJECT_OPERATORS,
  TYPE_OPERATORS,
  VARIABLE_OPERATORS,
]

/** Every operator of expressions by name, `$` included. A map: names such as `constructor` come from clients. */
export const OPERATORS: ReadonlyMap<string, OperatorCompiler> = new Map(
  TABLES.flatMap((table) => Object.entries(table)),
)
