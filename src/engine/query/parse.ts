import { BSONRegExp, isDocument, Undefined, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { FieldOperator, FilterContext, FilterParser, TopLevelOperator } from './context.ts'
import { inEvaluationOrder } from './evaluation-order.ts'
import { isExpressionValue } from './expression-document.ts'
import { ARRAY_OPERATORS } from './operators/array.ts'
import { BIT_OPERATORS } from './operators/bits.ts'
import { COMPARISON_OPERATORS, equalTo } from './operators/comparison.ts'
import { ELEMENT_OPERATORS } from './operators/element.ts'
import { EXPR_OPERATORS } from './operators/expr.ts'
import { IN_OPERATORS } from './operators/in.ts'
import { LOGICAL_OPERATORS } from './operators/logical.ts'
import { MOD_OPERATORS } from './operators/mod.ts'
import { NOT_OPERATORS } from './operators/not.ts'
import { REGEX_OPERATORS, regexField } from './operators/regex.ts'
import { SCHEMA_OPERATORS } from './operators/schema.ts'
import { UNSUPPORTED_FIELD_OPERATORS, UNSUPPORTED_TOP_LEVEL_OPERATORS } from './operators/unsupported.ts'
import { parsePath } from './path.ts'
import { everyPredicate, everyTest, type FieldTest, type Predicate } from './predicate.ts'

const MAX_DEPTH = 100

// maps, because a name such as `constructor` must not find anything
const FIELD_OPERATORS: ReadonlyMap<string, FieldOperator> = new Map(
  Object.entries({
    ...COMPARISON_OPERATORS,
    ...IN_OPERATORS,
    ...ELEMENT_OPERATORS,
    ...ARRAY_OPERATORS,
    ...MOD_OPERATORS,
    ...REGEX_OPERATORS,
    ...BIT_OPERATORS,
    ...NOT_OPERATORS,
    ...UNSUPPORTED_FIELD_OPERATORS,
  }),
)

const TOP_LEVEL_OPERATORS: ReadonlyMap<string, TopLevelOperator> = new Map(
  Object.entries({
    ...LOGICAL_OPERATORS,
    ...EXPR_OPERATORS,
    ...SCHEMA_OPERATORS,
    ...UNSUPPORTED_TOP_LEVEL_OPERATORS,
  }),
)

/** Whether a name is that of an operator that stands below a field, such as `$gt`. */
export function isFieldOperator(name: string): boolean {
  return FIELD_OPERATORS.has(name)
}

/**
 * Parses a filter.
 * @throws CommandError BadValue and others, as the server's parser
 */
export function parseFilter(filter: BsonDocument, context: FilterContext): Predicate {
  return new Parser(context, 0, false).filter(filter)
}

class Parser implements FilterParser {
  readonly context: FilterContext
  readonly isNested: boolean
  readonly #depth: number

  constructor(context: FilterContext, depth: number, isNested: boolean) {
    if (depth > MAX_DEPTH) {
      throw new CommandError('BadValue', `exceeded maximum query tree depth of ${MAX_DEPTH}`)
    }
    this.context = context
    this.isNested = isNested
    this.#depth = depth
  }

  #below(isNested = this.isNested): Parser {
    return new Parser(this.context, this.#depth + 1, isNested)
  }

  filter(filter: BsonDocument): Predicate {
    const inner = this.#below()
    return everyPredicate(inEvaluationOrder(filter).map(([name, value]) => inner.#element(name, value)))
  }

  nestedFilter(filter: BsonDocument): Predicate {
    return this.#below(true).filter(filter)
  }

  operators(expression: BsonDocument): FieldTest {
    const inner = this.#below()
    return everyTest([...expression].map(([name, operand]) => inner.#operator(name, operand, expression)))
  }

  filters(operator: string, operand: BsonValue): Predicate[] {
    if (!Array.isArray(operand)) throw new CommandError('BadValue', `${operator} must be an array`)
    if (operand.length === 0) throw new CommandError('BadValue', '$and/$or/$nor must be a nonempty array')
    return operand.map((filter) => {
      if (isDocument(filter)) return this.filter(filter)
      throw new CommandError('BadValue', '$or/$and/$nor entries need to be full objects')
    })
  }

  #element(name: string, value: BsonValue): Predicate {
    if (name.startsWith('$')) {
      const operator = TOP_LEVEL_OPERATORS.get(name)
      if (operator) return operator(value, this)
      throw new CommandError('BadValue', `unknown top level operator: ${name}`)
    }
    const path = parsePath(name)
    const test = this.#fieldTest(value)
    return (document, details) => test.onPath(document, path, details)
  }

  #fieldTest(value: BsonValue): FieldTest {
    if (isExpressionValue(value)) return this.operators(value)
    if (value instanceof BSONRegExp) return regexField(value)
    if (value instanceof Undefined) throw new CommandError('BadValue', 'cannot compare to undefined')
    return equalTo(value)
  }

  #operator(name: string, operand: BsonValue, siblings: BsonDocument): FieldTest {
    const operator = FIELD_OPERATORS.get(name)
    if (operator) return operator(operand, this, siblings)
    throw new CommandError('BadValue', `unknown operator: ${name}`)
  }
}
