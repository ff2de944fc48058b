import { isEqual } from '../../bson/compare.ts'
import { toKey } from '../../bson/key.ts'
import { BSONRegExp, doc, isDocument, typeName, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../errors.ts'
import { isExpression } from '../../query/expression-document.ts'
import { compileFilter } from '../../query/filter.ts'
import { asDocument } from '../../query/path.ts'
import type { LeafOperator } from '../leaf.ts'
import { cullingLeaf } from './array-leaf.ts'

function notAnArray(name: string): CommandError {
  return new CommandError('BadValue', `Cannot apply ${name} to a non-array value`)
}

/** What `$pull` takes out: conditions and regular expressions match each element, documents its fields, others equal it. */
function pullTest(operand: BsonValue): (element: BsonValue) => boolean {
  if (operand instanceof BSONRegExp || (isDocument(operand) && isExpression(operand))) {
    const filter = compileFilter(doc({ x: operand }))
    // the element stands by itself: an array is matched as a whole and by its elements, as a field would be
    return (element) => filter.matches(doc({ x: element }))
  }
  if (isDocument(operand)) return matchesFields(operand)
  return (element) => isEqual(element, operand)
}

function matchesFields(condition: BsonDocument): (element: BsonValue) => boolean {
  const filter = compileFilter(condition)
  return (element) => {
    if (isDocument(element)) return filter.matches(element)
    return Array.isArray(element) && filter.matches(asDocument(element))
  }
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
