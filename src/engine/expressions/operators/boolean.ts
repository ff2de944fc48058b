import { compileOperands, unary } from '../arguments.ts'
import { isTruthy } from '../../../bson/truth.ts'
import type { OperatorTable } from '../types.ts'

/** Logic. `$and` and `$or` stop at the first operand that decides. */
export const BOOLEAN_OPERATORS: OperatorTable = {
  $and: (argument, context) => {
    const operands = compileOperands(argument, context)
    return (scope) => operands.every((operand) => isTruthy(operand(scope)))
  },
  $or: (argument, context) => {
    const operands = compileOperands(argument, context)
    return (scope) => operands.some((operand) => isTruthy(operand(scope)))
  },
  $not: unary((value) => !isTruthy(value)),
}
