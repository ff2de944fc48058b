import { BSONRegExp, isDocument, Undefined, type BsonDocument, type BsonValue } from '../values.ts'
import { CommandError } from '../command-error.ts'
import { inEvaluationOrder } from './evaluation-order.ts'
import { isExpressionValue, REFERENCE_NAMES } from './expression-document.ts'
import type { FilterLanguage, FilterParser } from './language.ts'
import { equalTo } from './operators/comparison.ts'
import { parsePath } from './path.ts'
import { anyValue, everyPredicate, everyTest, type FieldTest, type Predicate, type ValueTest } from './predicate.ts'

const MAX_DEPTH = 100

const ABOUT_DOLLARS = "If you have a field name that starts with a '$' symbol, consider using $getField or $setField."

/**
 * Parses a filter.
 * @throws CommandError BadValue and others, as the server's parser
 */
export function parseFilter(filter: BsonDocument, language: FilterLanguage): Predicate {
  return new Parser(language, 0, false, '').filter(filter)
}

class Parser implements FilterParser {
  readonly isNested: boolean
  readonly path: string
  readonly #language: FilterLanguage
  readonly #depth: number

  constructor(language: FilterLanguage, depth: number, isNested: boolean, path: string) {
    if (depth > MAX_DEPTH) {
      throw new CommandError('BadValue', `exceeded maximum query tree depth of ${MAX_DEPTH}`)
    }
    this.#language = language
    this.#depth = depth
    this.isNested = isNested
    this.path = path
  }

  #below(path: string, isNested = this.isNested): Parser {
    return new Parser(this.#language, this.#depth + 1, isNested, path)
  }

  regex(regex: BSONRegExp): ValueTest {
    return this.#language.regex(regex)
  }

  filter(filter: BsonDocument): Predicate {
    return this.#below('').#elements(filter)
  }

  nestedFilter(filter: BsonDocument): Predicate {
    return this.#below('', true).filter(filter)
  }

  operators(expression: BsonDocument): FieldTest {
    return this.#below(this.path).#operators(expression)
  }

  elementOperators(expression: BsonDocument): FieldTest {
    return this.#below('').#operators(expression)
  }

  filters(operator: string, operand: BsonValue): Predicate[] {
    if (!Array.isArray(operand)) throw new CommandError('BadValue', `${operator} must be an array`)
    if (operand.length === 0) throw new CommandError('BadValue', '$and/$or/$nor must be a nonempty array')
    return operand.map((filter) => {
      if (isDocument(filter)) return this.filter(filter)
      throw new CommandError('BadValue', '$or/$and/$nor entries need to be full objects')
    })
  }

  #elements(filter: BsonDocument): Predicate {
    // it asks for nothing, and is asked all the same
    if (filter.size === 0) this.#language.onTerm?.('')
    return everyPredicate(inEvaluationOrder(filter).map(([name, value]) => this.#element(name, value)))
  }

  #element(name: string, value: BsonValue): Predicate {
    this.#language.onTerm?.(name)
    // parts of a reference are fields, such as of elements that $elemMatch and $pull look at; whatever they are is a
    // value
    if (REFERENCE_NAMES.has(name)) return onPath(name, equality(value))
    if (name.startsWith('$')) {
      const operator = this.#language.topLevelOperator(name)
      if (operator) return operator(value, this)
      throw new CommandError('BadValue', `unknown top level operator: ${name}. ${ABOUT_DOLLARS}`)
    }
    return onPath(name, this.#fieldTest(name, value))
  }

  #fieldTest(name: string, value: BsonValue): FieldTest {
    if (isExpressionValue(value)) return this.#below(name).#operators(value)
    if (value instanceof BSONRegExp) return anyValue(this.regex(value))
    return equality(value)
  }

  #operators(expression: BsonDocument): FieldTest {
    return everyTest([...expression].map(([name, operand]) => this.#operator(name, operand, expression)))
  }

  #operator(name: string, operand: BsonValue, siblings: BsonDocument): FieldTest {
    this.#language.onTerm?.(name)
    const operator = this.#language.fieldOperator(name)
    if (operator) return operator(operand, this, siblings)
    throw new CommandError('BadValue', `unknown operator: ${name}`)
  }
}

function onPath(name: string, test: FieldTest): Predicate {
  const path = parsePath(name)
  return (document, details) => test.onPath(document, path, details)
}

function equality(value: BsonValue): FieldTest {
  if (value instanceof Undefined) throw new CommandError('BadValue', 'cannot compare to undefined')
  return equalTo(value)
}
