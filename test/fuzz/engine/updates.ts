import { doc, Int32, MaxKey, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { filter, sort } from './filters.ts'
import { PUSH_MODIFIERS, UPDATE_OPERATORS } from './operators.ts'
import { pipeline } from './pipelines.ts'
import type { Random } from '../../support/random/random.ts'
import { fieldName } from '../../support/random/names.ts'
import { count } from '../../support/random/scalars.ts'
import { document, value } from '../../support/random/values.ts'

/** An update: operators, a replacement, or a pipeline; right or wrong. */
export function update(random: Random): BsonValue {
  switch (random.below(9)) {
    case 0:
      return document(random)
    case 1:
      return pipeline(random, 1)
    case 2:
      return value(random)
    case 3:
      return withoutEffect(random)
    default:
      return new Map(random.several(2, () => [random.pick(UPDATE_OPERATORS), operand(random)] as const))
  }
}

/** An update that changes nothing of many documents. */
function withoutEffect(random: Random): BsonValue {
  const name = fieldName(random)
  return random.pick<BsonValue>([
    doc({}),
    doc({ $set: doc({}) }),
    doc({ $unset: doc({ none: '' }) }),
    doc({ $inc: doc({ [name]: new Int32(0) }) }),
    doc({ $min: doc({ [name]: new MaxKey() }) }),
    doc({ $pull: doc({ [name]: 'none' }) }),
    doc({ $push: doc({ [name]: doc({ $each: [] }) }) }),
    [],
    [doc({ $set: doc({ [name]: `$${name}` }) })],
    [doc({ $replaceWith: '$$ROOT' })],
  ])
}

function operand(random: Random): BsonValue {
  if (random.oneIn(12)) return value(random)
  return new Map(random.several(3, () => [fieldName(random), change(random)] as const))
}

function change(random: Random): BsonValue {
  switch (random.below(6)) {
    case 0:
      return new Map(random.several(4, () => [random.pick(PUSH_MODIFIERS), modifier(random)] as const))
    case 1:
      return filter(random, 1)
    case 2:
      return count(random)
    case 3:
      return doc({ [random.pick(['$type', 'and', 'or', 'xor', '$in', '$each'])]: value(random) })
    case 4:
      return fieldName(random)
    default:
      return value(random)
  }
}

function modifier(random: Random): BsonValue {
  return random.pick([() => random.several(4, () => value(random)), () => count(random), () => sort(random)])()
}

/** Array filters for `e`, right or wrong. */
export function arrayFilters(random: Random): BsonDocument[] {
  return random.several(2, () => {
    const inner = filter(random, 1)
    return random.oneIn(2) ? doc({ e: inner }) : new Map([...inner].map(([name, each]) => [`e.${name}`, each]))
  })
}
