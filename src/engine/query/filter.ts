import { compileFilter as compile, type Filter } from '../../bson/query/filter.ts'
import type { FieldOperator, FilterLanguage, TopLevelOperator } from '../../bson/query/language.ts'
import { wholeOf } from '../../bson/query/lazy-fields.ts'
import {
  FIELD_OPERATORS as PLAIN_FIELD_OPERATORS,
  TOP_LEVEL_OPERATORS as PLAIN_TOP_LEVEL_OPERATORS,
} from '../../bson/query/operators.ts'
import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError, type ErrorName } from '../../bson/command-error.ts'
import { compileExpression, createScope, isTruthy } from '../expressions/expression.ts'
import { compileJsonSchema } from './json-schema.ts'
import { REGEX_OPERATORS, regexTest } from './operators/regex.ts'

export type { Filter } from '../../bson/query/filter.ts'

/** What a filter may refer to beside the document. */
export interface FilterContext {
  /** `$$NOW`. Default: the time of compilation */
  readonly now?: Date
  /** the command's `let`, evaluated */
  readonly variables?: ReadonlyMap<string, BsonValue | undefined>
  /** Default: true. Filters of array elements refuse `$expr` */
  readonly allowExpr?: boolean
}

function refused(name: string, why: string, code: ErrorName = 'BadValue'): () => never {
  return () => {
    throw new CommandError(code, `${name} ${why}`)
  }
}

/** Operators of real servers that are refused by name: code is never run, and no index is searched. */
export const REFUSED_OPERATORS: ReadonlyMap<string, () => never> = new Map([
  ...[
    ...['$geoWithin', '$geoIntersects', '$near', '$nearSphere', '$within', '$geoNear', '$maxDistance', '$minDistance'],
    ...['$bitsAllClear', '$bitsAnySet', '$bitsAnyClear', '$alwaysFalse', '$sampleRate'],
  ].map((name) => [name, refused(name, 'is not supported by the embedded engine')] as const),
  ['$where', refused('$where', 'is not allowed in this context')],
  [
    '$text',
    refused('$text', 'needs a text index: the embedded engine lists those, and searches in none', 'IndexNotFound'),
  ],
])

const jsonSchema: TopLevelOperator = (operand) => {
  if (!isDocument(operand)) throw new CommandError('TypeMismatch', '$jsonSchema must be an object')
  const test = compileJsonSchema(operand)
  return (document) => test(wholeOf(document))
}

/** An aggregation expression that must come out true. Unlike other operators it may throw while matching. */
function exprOperator(context: FilterContext): TopLevelOperator {
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

/** Operators that stand below a field. A map, because a name such as `constructor` must not find anything. */
export const FIELD_OPERATORS: ReadonlyMap<string, FieldOperator> = new Map([
  ...PLAIN_FIELD_OPERATORS,
  ...Object.entries(REGEX_OPERATORS),
])

/** Operators that stand in place of a field, except `$expr`, which needs the command's variables. */
export const TOP_LEVEL_OPERATORS: ReadonlyMap<string, TopLevelOperator> = new Map([
  ...PLAIN_TOP_LEVEL_OPERATORS,
  ['$jsonSchema', jsonSchema],
])

/**
 * Compiles a filter as `find`, `update`, `delete` and `$match` take it.
 * @throws CommandError BadValue, FailedToParse and others for whatever the server's parser refuses; matching never
 *   throws except for `$expr`
 * @see https://www.mongodb.com/docs/manual/reference/operator/query/
 */
export function compileFilter(filter: BsonDocument, context: FilterContext = {}): Filter {
  return compile(filter, languageIn(context))
}

/** Whether a name is that of an operator that stands below a field, such as `$gt`. */
export function isFieldOperator(name: string): boolean {
  return FIELD_OPERATORS.has(name) || REFUSED_OPERATORS.has(name)
}

function languageIn(context: FilterContext): FilterLanguage {
  return {
    fieldOperator: (name) => FIELD_OPERATORS.get(name) ?? REFUSED_OPERATORS.get(name),
    topLevelOperator: (name) =>
      name === '$expr' ? exprOperator(context) : (TOP_LEVEL_OPERATORS.get(name) ?? REFUSED_OPERATORS.get(name)),
    regex: ({ pattern, options }) => regexTest(pattern, options),
  }
}
