import { createScope } from '../expressions/expression.ts'
import { parseProjection } from '../expressions/projection/projection-spec.ts'
import { toProjection } from '../expressions/projection/projection-tree.ts'
import type { BsonDocument } from '../../bson/values.ts'
import type { Filter, FilterContext } from './filter.ts'
import { createFieldOperators } from './projection/operators.ts'
import { takePositional } from './projection/positional.ts'

/**
 * Compiles the projection of `find` and `findAndModify`: inclusion, exclusion, expressions, `$slice`, `$elemMatch` and
 * the positional `array.$`. Kept fields stay in the document's order; `$elemMatch` and computed fields follow them in
 * the specification's.
 * @param filter the query's filter, which tells the element that `array.$` keeps
 * @returns a pure function; an empty specification keeps the document as it is
 * @throws CommandError when the specification is invalid: 31249, 31250, 31253, 31254, 31277, 51050, …; the function
 *   itself throws 51246 when `array.$` has no element to keep, and what expressions throw
 * @see https://www.mongodb.com/docs/manual/reference/command/find/#projection
 */
export function compileProjection(
  spec: BsonDocument,
  filter?: Filter,
  context: FilterContext = {},
): (document: BsonDocument) => BsonDocument {
  if (spec.size === 0) return (document) => document
  const { plain, positional } = takePositional(spec, filter)
  const operators = createFieldOperators(plain, context)
  const parsed = parseProjection(plain, {
    variables: context.variables?.keys() ?? [],
    operatorAt: (path, operand) => operators.at(path, operand),
  })
  for (const [name, entry] of operators.computed) parsed.root.entries.set(name, entry)
  const project = toProjection(parsed)
  const variables = new Map(context.variables)
  variables.set('NOW', context.now ?? new Date())
  return (document) => {
    const projected = project(document, createScope(document, variables))
    return positional ? positional(document, projected) : projected
  }
}
