import type { LazyDocument } from '../../bson/lazy-document.ts'
import { badUserInput } from '../../errors.ts'
import { decodeDocument } from '../decode.ts'
import { isPlainDocument } from '../ejson-input.ts'
import type { ValueTest } from './path.ts'
import { someAtPath } from './path.ts'
import { existsTest, orderingTest, sizeTest, typeTest } from './predicates.ts'
import { fieldsOf, typeOf } from './values.ts'

/** Tells whether a document matches a compiled filter. */
export type DocumentTest = (document: LazyDocument) => boolean

type ValuesTest = (document: unknown) => boolean

/** The operators that a filter may use; none of them runs code, and all cost at most the size of filter times document. */
const ALLOWED =
  '$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $and, $or, $nor, $not, $exists, $type, $all, $elemMatch and $size'

/**
 * Compiles a MongoDB filter with the comparison, logical, element and array operators, with MongoDB's semantics on decoded
 * BSON. Once per subscription; the test then runs once per event.
 *
 * @throws RelayError `BAD_USER_INPUT` for another operator, a regular expression, or an operand of the wrong shape
 * @see https://www.mongodb.com/docs/manual/reference/operator/query/
 */
export function compileFilter(filter: Record<string, unknown>): DocumentTest {
  const test = compileDocument(filter)
  return ({ bytes }) => test(decodeDocument(bytes))
}

function compileDocument(filter: Record<string, unknown>): ValuesTest {
  const tests = Object.entries(filter).map(([key, operand]) => compileEntry(key, operand))
  return (document) => tests.every((test) => test(document))
}

function compileEntry(key: string, operand: unknown): ValuesTest {
  switch (key) {
    case '$and':
      return every(compileList(key, operand))
    case '$or':
      return some(compileList(key, operand))
    case '$nor':
      return not(some(compileList(key, operand)))
    default:
      if (key.startsWith('$')) throw unknownOperator(key)
      return compileField(key.split('.'), operand)
  }
}

function compileList(operator: string, operand: unknown): ValuesTest[] {
  if (!Array.isArray(operand) || operand.length === 0)
    throw badUserInput(`\`where\`: ${operator} needs a non-empty array`)
  return operand.map((item: unknown) => {
    if (!isPlainDocument(item)) throw badUserInput(`\`where\`: ${operator} needs an array of documents`)
    return compileDocument(item)
  })
}

function compileField(path: readonly string[], condition: unknown): ValuesTest {
  if (!isOperators(condition)) return at(path, orderingTest('$eq', literal(condition)))
  return every(Object.entries(condition).map(([operator, operand]) => compileOperator(path, operator, operand)))
}

function compileOperator(path: readonly string[], operator: string, operand: unknown): ValuesTest {
  switch (operator) {
    case '$eq':
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return at(path, orderingTest(operator, literal(operand)))
    case '$ne':
      return not(at(path, orderingTest('$eq', literal(operand))))
    case '$in':
      return at(path, someOf(operator, operand))
    case '$nin':
      return not(at(path, someOf(operator, operand)))
    case '$not':
      if (!isOperators(operand)) throw badUserInput('`where`: $not needs a document of operators')
      return not(compileField(path, operand))
    case '$exists':
      return isTruthy(operand) ? at(path, existsTest) : not(at(path, existsTest))
    case '$type':
      return at(path, typeTest(operand))
    case '$all':
      return compileAll(path, operand)
    case '$elemMatch':
      return at(path, elemMatchTest(operand), 'keep')
    case '$size':
      return at(path, sizeTest(operand), 'keep')
    default:
      throw unknownOperator(operator)
  }
}

function someOf(operator: string, operand: unknown): ValueTest {
  if (!Array.isArray(operand)) throw badUserInput(`\`where\`: ${operator} needs an array`)
  const tests = operand.map((item: unknown) => orderingTest('$eq', literal(item)))
  return (value) => tests.some((test) => test(value))
}

function compileAll(path: readonly string[], operand: unknown): ValuesTest {
  if (!Array.isArray(operand)) throw badUserInput('`where`: $all needs an array')
  const tests = operand.map((item: unknown) => compileField(path, item))
  return tests.length === 0 ? () => false : every(tests)
}

// operators apply to the elements themselves, anything else is a filter on elements that are documents
function elemMatchTest(operand: unknown): ValueTest {
  if (!isPlainDocument(operand)) throw badUserInput('`where`: $elemMatch needs a document')
  const isValueForm = isOperators(operand) && !['$and', '$or', '$nor'].includes(Object.keys(operand)[0] ?? '')
  // an element is no document to walk into: wrapped in one it is found by an index, and not traversed
  const test = isValueForm ? compileField(['0'], operand) : compileDocument(operand)
  return (value) =>
    Array.isArray(value) &&
    value.some((item: unknown) => (isValueForm ? test(new Element(item)) : fieldsOf(item) !== undefined && test(item)))
}

/** One array element as the whole of what a path looks at. */
class Element {
  readonly item: unknown
  constructor(item: unknown) {
    this.item = item
  }
}

function at(path: readonly string[], test: ValueTest, leafArrays: 'traverse' | 'keep' = 'traverse'): ValuesTest {
  return (document) =>
    document instanceof Element ? test(document.item) : someAtPath(document, path, leafArrays, test)
}

function every(tests: readonly ValuesTest[]): ValuesTest {
  return (document) => tests.every((test) => test(document))
}

function some(tests: readonly ValuesTest[]): ValuesTest {
  return (document) => tests.some((test) => test(document))
}

function not(test: ValuesTest): ValuesTest {
  return (document) => !test(document)
}

// a document whose first key is an operator is a condition, any other is a value to be equal to
function isOperators(value: unknown): value is Record<string, unknown> {
  return isPlainDocument(value) && (Object.keys(value)[0]?.startsWith('$') ?? false)
}

function literal(value: unknown): unknown {
  switch (typeOf(value)) {
    case 'regex':
      throw badUserInput(`\`where\` takes no regular expressions; allowed are ${ALLOWED}`)
    case 'undefined':
      throw badUserInput('`where` takes no undefined; use null or $exists')
    default:
      return value
  }
}

function isTruthy(operand: unknown): boolean {
  if (typeOf(operand) === 'null') return false
  return typeof operand === 'object' && 'value' in (operand as object)
    ? Boolean((operand as { value: unknown }).value)
    : Boolean(operand)
}

function unknownOperator(operator: string): Error {
  return badUserInput(`\`where\` does not take the operator ${operator}; allowed are ${ALLOWED}`)
}
