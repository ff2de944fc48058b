import type { BSONRegExp, BsonDocument, BsonValue } from '../values.ts'
import type { FieldTest, Predicate, ValueTest } from './predicate.ts'

/** What a filter may hold. Asked while it is compiled. */
export interface FilterLanguage {
  /**
   * Called for each condition, operator and empty filter before it is compiled, with the path that it is about.
   * @throws CommandError where there are too many, or the path is too long
   */
  readonly onTerm?: (path: string) => void
  /** The operator of this name that stands below a field; undefined where there is none. */
  fieldOperator(name: string): FieldOperator | undefined
  /** The operator of this name that stands in place of a field; undefined where there is none. */
  topLevelOperator(name: string): TopLevelOperator | undefined
  /**
   * What a regular expression in place of a value asks for.
   * @throws CommandError where it may not stand
   */
  regex(regex: BSONRegExp): ValueTest
}

/** The parser as an operator's own parser sees it: operators nest filters, and filters hold operators. */
export interface FilterParser {
  /** whether the filter is about a document inside the one that is matched */
  readonly isNested: boolean
  /** the path that a field's operators are about, for messages; empty for an array's elements */
  readonly path: string
  /** see {@link FilterLanguage.regex} */
  regex(regex: BSONRegExp): ValueTest
  /** a filter of the same document, one level deeper */
  filter(filter: BsonDocument): Predicate
  /** a filter of a document inside this one */
  nestedFilter(filter: BsonDocument): Predicate
  /** the operators of an expression document such as `{$gt: 1, $lt: 5}`, about the same field */
  operators(expression: BsonDocument): FieldTest
  /** the same about the elements of the field's array */
  elementOperators(expression: BsonDocument): FieldTest
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
