import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { countText, countWork } from '../../bson/work-budget.ts'
import { unknownOperator } from './absent-operators.ts'
import { bounded } from './bounded.ts'
import { describe } from './describe.ts'
import { assertFieldName } from './field-path.ts'
import { OPERATORS } from './operators.ts'
import type { Expression, ParseContext, Scope } from './types.ts'
import { compileFieldPath } from './variables.ts'

export type { Expression, ParseContext, Scope } from './types.ts'
export { isTruthy } from '../../bson/truth.ts'

/**
 * Compiles an aggregation expression.
 * @param variables names of the `let` variables in reach; the built-in ones always are
 * @throws CommandError with the server's code: 168 for an unknown operator, 16020 for a wrong number of arguments,
 *   17276 for an unknown variable, …
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/
 */
export function compileExpression(spec: BsonValue, variables: Iterable<string> = []): Expression {
  return createParseContext(variables).compile(spec)
}

/** A context to compile several expressions in. */
export function createParseContext(variables: Iterable<string> = []): ParseContext {
  const names = new Set(variables)
  const context: ParseContext = {
    variables: names,
    compile: (spec) => compile(spec, context),
    with: (more) => createParseContext([...names, ...more]),
  }
  return context
}

/** A scope over one document. */
export function createScope(root: BsonDocument, variables: Scope['variables'] = new Map()): Scope {
  return { root, variables }
}

function compile(spec: BsonValue, context: ParseContext): Expression {
  if (typeof spec === 'string' && spec.startsWith('$')) return compileFieldPath(spec, context)
  if (Array.isArray(spec)) return compileArray(spec, context)
  if (isDocument(spec)) return compileDocument(spec, context)
  return () => spec
}

function compileArray(items: readonly BsonValue[], context: ParseContext): Expression {
  const compiled = items.map((item) => context.compile(item))
  // an array keeps its positions: missing becomes null
  return (scope) =>
    bounded(
      compiled.map((item) => {
        const value = item(scope)
        return value === undefined ? null : value
      }),
    )
}

function compileDocument(spec: BsonDocument, context: ParseContext): Expression {
  const [name] = spec.keys()
  if (name?.startsWith('$')) return compileOperator(name, spec, context)
  const fields: [string, Expression][] = []
  for (const [field, value] of spec) {
    assertFieldName(field)
    fields.push([field, context.compile(value)])
  }
  return (scope) => {
    const document: BsonDocument = new Map()
    for (const [field, expression] of fields) {
      const value = expression(scope)
      if (value !== undefined) document.set(field, value)
    }
    return bounded(document)
  }
}

function compileOperator(name: string, spec: BsonDocument, context: ParseContext): Expression {
  if (spec.size !== 1) {
    throw new CommandError(15983, `an object representing an expression must have exactly one field: ${describe(spec)}`)
  }
  const operator = OPERATORS.get(name)
  if (!operator) throw unknownOperator('InvalidPipelineOperator', `Unrecognized expression '${name}'`, name)
  // the size was checked: there is one value
  const run = operator(spec.get(name) as BsonValue, context, name)
  return (scope) => {
    const value = run(scope)
    if (typeof value === 'string') countText(value)
    else countWork(Array.isArray(value) ? value.length + 1 : 1)
    return value
  }
}
