import type { TopLevelOperator } from '../../../bson/query/language.ts'
import { wholeOf } from '../../../bson/query/lazy-fields.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileExpression, createScope, isTruthy } from '../../expressions/expression.ts'
import type { FilterContext } from '../filter.ts'

/** `$expr`: an aggregation expression that must come out true. Unlike other operators it may throw while matching. */
export function exprOperator(context: FilterContext): TopLevelOperator {
  return (operand, { isNested }) => {
    if (isNested) throw new CommandError('BadValue', '$expr can only be applied to the top-level document')
    if (context.allowExpr === false) {
      throw new CommandError('QueryFeatureNotAllowed', '$expr is not allowed in this context')
    }
    const variables = new Map(context.variables)
    variables.set('NOW', context.now ?? new Date())
    const expression = compileExpression(operand, context.variables?.keys())
    return (document) => isTruthy(expression(createScope(wholeOf(document), variables)))
  }
}
