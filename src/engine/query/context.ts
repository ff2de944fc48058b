import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import type { FieldTest, Predicate } from './predicate.ts'

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

/** The parser as an operator's own parser sees it: operators nest filters, and filters hold operators. */
export interface FilterParser {
  readonly context: FilterContext
  /** whether the filter is about a document inside the one that is matched */
  readonly isNested: boolean
  /** a filter of the same document, one level deeper */
  filter(filter: BsonDocument): Predicate
  /** a filter of a document inside this one */
  nestedFilter(filter: BsonDocument): Predicate
  /** the operators of an expression document such as `{$gt: 1, $lt: 5}` */
  operators(expression: BsonDocument): FieldTest
  /** the operators of a top-level operator's operand, as `$and` takes them */
  filters(operator: string, operand: BsonValue): Predicate[]
}

/**
 * Compiles the operand of an operator that stands below a field. `siblings` is the expression document that holds it.
 * @throws CommandError
 */
export type FieldOperator = (operand: BsonValue, parser: FilterParser, siblings: BsonDocument) => FieldTest

/**
 * Compiles the operand of an operator that stands in place of a field.
 * @throws CommandError
 */
export type TopLevelOperator = (operand: BsonValue, parser: FilterParser) => Predicate
