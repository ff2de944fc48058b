import { compileFilter as compile, type Filter } from '../../bson/query/filter.ts'
import type { FieldOperator, FilterLanguage, TopLevelOperator } from '../../bson/query/language.ts'
import {
  FIELD_OPERATORS as PLAIN_FIELD_OPERATORS,
  TOP_LEVEL_OPERATORS as PLAIN_TOP_LEVEL_OPERATORS,
} from '../../bson/query/operators.ts'
import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import { exprOperator } from './operators/expr.ts'
import { REGEX_OPERATORS, regexTest } from './operators/regex.ts'
import { SCHEMA_OPERATORS } from './operators/schema.ts'
import { UNSUPPORTED_FIELD_OPERATORS, UNSUPPORTED_TOP_LEVEL_OPERATORS } from './operators/unsupported.ts'

export type { Filter } from '../../bson/query/filter.ts'

/** What a filter may refer to beside the document. */
export interface FilterContext {
  /** `$$NOW`. Default: the time of compilation */
  readonly now?: Date
  /** the command's `let`, evaluated */
  readonly variables?: ReadonlyMap<string, BsonValue | undefined>
  /** code is never run; the field says so where a context is built */
  readonly allowWhere?: false
  /** Default: true. Filters of array elements refuse `$expr` */
  readonly allowExpr?: boolean
}

/** Operators that stand below a field. A map, because a name such as `constructor` must not find anything. */
export const FIELD_OPERATORS: ReadonlyMap<string, FieldOperator> = new Map([
  ...PLAIN_FIELD_OPERATORS,
  ...Object.entries({ ...REGEX_OPERATORS, ...UNSUPPORTED_FIELD_OPERATORS }),
])
/** Operators that stand in place of a field, except `$expr`, which needs the command's variables. */
export const TOP_LEVEL_OPERATORS: ReadonlyMap<string, TopLevelOperator> = new Map([
  ...PLAIN_TOP_LEVEL_OPERATORS,
  ...Object.entries({ ...SCHEMA_OPERATORS, ...UNSUPPORTED_TOP_LEVEL_OPERATORS }),
])

/**
 * Compiles a filter as `find`, `update`, `delete` and `$match` take it.
 * @throws CommandError BadValue, FailedToParse and others for whatever the server's parser refuses; matching never
 *   throws
 *   except for `$expr`
 * @see https://www.mongodb.com/docs/manual/reference/operator/query/
 */
export function compileFilter(filter: BsonDocument, context: FilterContext = {}): Filter {
  return compile(filter, languageIn(context))
}

/** Whether a name is that of an operator that stands below a field, such as `$gt`. */
export function isFieldOperator(name: string): boolean {
  return FIELD_OPERATORS.has(name)
}

function languageIn(context: FilterContext): FilterLanguage {
  return {
    fieldOperator: (name) => FIELD_OPERATORS.get(name),
    topLevelOperator: (name) => (name === '$expr' ? exprOperator(context) : TOP_LEVEL_OPERATORS.get(name)),
    regex: ({ pattern, options }) => regexTest(pattern, options),
  }
}
