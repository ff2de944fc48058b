import { compareValues } from '../../../bson/compare.ts'
import { isDocument, isNumber, toNumber, type BsonValue } from '../../../bson/values.ts'
import { countWork } from '../../../bson/work-budget.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileSort } from '../../sorting/sort.ts'
import { namedArguments } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

/**
 * Compiles an order of elements: a sort specification for documents, or 1 or -1 for whole values.
 * @throws CommandError 2942506 for another direction, what sort specifications throw
 */
function compileElementOrder(sortBy: BsonValue): (a: BsonValue, b: BsonValue) => number {
  if (isDocument(sortBy)) {
    const order = compileSort(sortBy)
    // what is not a document has no fields
    return (a, b) => order(isDocument(a) ? a : new Map(), isDocument(b) ? b : new Map())
  }
  const direction = isNumber(sortBy) ? toNumber(sortBy) : undefined
  if (direction !== 1 && direction !== -1) {
    throw new CommandError(2942506, 'The $sort element value must be either 1 or -1')
  }
  return (a, b) => {
    countWork()
    return compareValues(a, b) * direction
  }
}

const compileSortArray: OperatorCompiler = (argument, context) => {
  const given = namedArguments(argument, {
    notObject: [2942500, `$sortArray requires an object as an argument, found: ${typeNameOf(argument)}`],
    unknown: [2942501, '$sortArray found an unknown argument: '],
    fields: {
      input: [2942502, "$sortArray requires 'input' to be specified"],
      sortBy: [2942503, "$sortArray requires 'sortBy' to be specified"],
    },
  })
  const input = context.compile(given.input ?? null)
  const order = compileElementOrder(given.sortBy ?? null)
  return (scope) => {
    const array = input(scope)
    if (isNullish(array)) return null
    if (Array.isArray(array)) return array.toSorted(order)
    const text = `The input argument to $sortArray must be an array, but was of type: ${typeNameOf(array)}`
    throw new CommandError(2942504, text)
  }
}

/** Sorting arrays. */
export const ARRAY_SORT_OPERATORS: OperatorTable = {
  $sortArray: compileSortArray,
}
