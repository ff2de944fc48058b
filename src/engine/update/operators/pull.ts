import { isEqual } from '../../../bson/compare.ts'
import { toKey } from '../../../bson/key.ts'
import { BSONRegExp, doc, isDocument, typeName, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileFilter, isFieldOperator } from '../../query/filter.ts'

import type { LeafOperator } from '../tree/leaf.ts'
import { cullingLeaf } from './array-leaf.ts'

function notAnArray(name: string): CommandError {
  return new CommandError('BadValue', `Cannot apply ${name} to a non-array value`)
}

/**
 * What `$pull` takes out: operators and regular expressions match each element as they match a field, other documents
 * are filters of those elements that are documents, and other values are equal to what they take out.
 */
function pullTest(operand: BsonValue): (element: BsonValue) => boolean {
  if (operand instanceof BSONRegExp || (isDocument(operand) && startsWithOperator(operand))) {
    const filter = compileFilter(doc({ element: operand }), { allowExpr: false })
    return (element) => filter.matches(doc({ element }))
  }
  if (!isDocument(operand)) return (element) => isEqual(element, operand)
  const filter = compileFilter(operand, { allowExpr: false })
  return (element) => isDocument(element) && filter.matches(element)
}

function startsWithOperator(operand: BsonDocument): boolean {
  const [name] = operand.keys()
  return name !== undefined && isFieldOperator(name)
}

/** `$pull` and `$pullAll`. */
export const PULL_OPERATORS: Readonly<Record<string, LeafOperator>> = {
  $pull(operand) {
    const test = pullTest(operand)
    return cullingLeaf(
      (array) => array.filter((element) => !test(element)),
      () => notAnArray('$pull'),
    )
  },
  $pullAll(operand) {
    if (!Array.isArray(operand)) {
      throw new CommandError('BadValue', `$pullAll requires an array argument but was given a ${typeName(operand)}`)
    }
    const keys = new Set(operand.map(toKey))
    return cullingLeaf(
      (array) => array.filter((element) => !keys.has(toKey(element))),
      () => notAnArray('$pullAll'),
    )
  },
}
