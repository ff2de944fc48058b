import { ARITHMETIC_OPERATORS } from './operators/arithmetic.ts'
import { BOOLEAN_OPERATORS } from './operators/boolean.ts'
import { COMPARISON_OPERATORS } from './operators/comparison.ts'
import { CONDITIONAL_OPERATORS } from './operators/conditional.ts'
import { VARIABLE_OPERATORS } from './operators/variable.ts'
import type { OperatorCompiler, OperatorTable } from './types.ts'

const TABLES: readonly OperatorTable[] = [
  ARITHMETIC_OPERATORS,
  BOOLEAN_OPERATORS,
  COMPARISON_OPERATORS,
  CONDITIONAL_OPERATORS,
  VARIABLE_OPERATORS,
]

// a map: names such as `constructor` come from clients
const OPERATORS = new Map<string, OperatorCompiler>(TABLES.flatMap((table) => Object.entries(table)))

/** The compiler of an operator, `$` included; `undefined` when there is none of that name. */
export function operatorNamed(name: string): OperatorCompiler | undefined {
  return OPERATORS.get(name)
}
