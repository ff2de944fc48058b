import { CommandError } from '../../../bson/command-error.ts'
import { compileExpression, createScope, isTruthy } from '../../expressions/expression.ts'
import type { TopLevelOperator } from '../context.ts'

/** `$expr`: an aggregation expression that must come out true. Unlike other operators it may throw while matching. */
export const EXPR_OPERATORS: Readonly<Record<string, TopLevelOperator>> = {
  $expr: (operand, { context, isNested }) => {
    if (isNested) throw new CommandError('BadValue', '$expr can only be applied to the top-level document')
    if (context.allowExpr === false) {
      throw new CommandError('QueryFeatureNotAllowed', '$expr is not allowed in this context')
    }
    const variables = new Map(context.variables)
    variables.set('NOW', context.now ?? new Date())
    const expression = compileExpression(operand, context.variables?.keys())
    return (document) => isTruthy(expression(createScope(document, variables)))
  },
}
