import type { BsonValue } from '../../../bson/values.ts'
import { compileExpression, createScope } from '../../expressions/expression.ts'
import type { FilterContext } from '../../query/filter.ts'
import type { CommandContext } from '../command.ts'

/**
 * What a command's filters and expressions may refer to: the time, and the command's `let` variables, evaluated.
 * @throws CommandError when a variable's expression is not valid
 */
export function variablesOf({ params, server }: CommandContext): Required<Pick<FilterContext, 'now' | 'variables'>> {
  const now = new Date(server.now())
  const variables = new Map<string, BsonValue>()
  for (const [name, spec] of params.document('let') ?? []) {
    const scope = createScope(new Map(), new Map<string, BsonValue>([['NOW', now], ...variables]))
    variables.set(name, compileExpression(spec)(scope) ?? null)
  }
  return { now, variables }
}
