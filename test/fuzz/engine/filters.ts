import { doc, Int32, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { expression } from './expressions.ts'
import { FIELD_OPERATORS, TOP_OPERATORS } from './operators.ts'
import type { Random } from '../../support/random/random.ts'
import { fieldName } from '../../support/random/names.ts'
import { count, manyScalars, scalar } from '../../support/random/scalars.ts'
import { document, value } from '../../support/random/values.ts'

const SCHEMA_KEYWORDS = [
  'type',
  'bsonType',
  'required',
  'properties',
  'items',
  'minimum',
  'pattern',
  'enum',
  'not',
  'allOf',
  'maxItems',
  'dependencies',
  'additionalProperties',
]

/** A filter, right or wrong. */
export function filter(random: Random, depth = 3): BsonDocument {
  return new Map(random.several(3, () => element(random, depth)))
}

function element(random: Random, depth: number): readonly [string, BsonValue] {
  if (random.oneIn(4)) return topLevel(random, depth)
  if (random.oneIn(4)) return [fieldName(random), value(random, 1)]
  return [fieldName(random), operators(random, depth - 1)]
}

function topLevel(random: Random, depth: number): readonly [string, BsonValue] {
  const name = random.pick(TOP_OPERATORS)
  if (random.oneIn(16)) return [name, value(random)]
  if (name === '$expr') return [name, expression(random)]
  if (name === '$jsonSchema') return [name, schema(random, 2)]
  return [name, depth > 0 ? random.several(3, () => filter(random, depth - 1)) : []]
}

function schema(random: Random, depth: number): BsonDocument {
  const inner = () => (depth > 0 && random.oneIn(2) ? schema(random, depth - 1) : value(random, 1))
  return new Map(
    random.several(3, () => {
      const operand = random.pick([inner, () => doc({ [fieldName(random)]: inner() }), () => [inner()], () => 'string'])
      return [random.pick(SCHEMA_KEYWORDS), operand()] as const
    }),
  )
}

function operators(random: Random, depth: number): BsonDocument {
  if (random.oneIn(20)) return doc({ [random.pick(['$in', '$nin', '$all'])]: manyScalars(random) })
  return new Map(random.several(2, () => [random.pick(FIELD_OPERATORS), operand(random, depth)] as const))
}

function operand(random: Random, depth: number): BsonValue {
  switch (random.below(7)) {
    case 0:
      return value(random)
    case 1:
      return random.several(4, () => scalar(random))
    case 2:
      return depth > 0 ? operators(random, depth - 1) : scalar(random)
    case 3:
      return depth > 0 ? filter(random, depth - 1) : document(random)
    case 4:
      return count(random)
    case 5:
      return [new Int32(random.between(-2, 5)), count(random)]
    default:
      return scalar(random)
  }
}

/** A sort specification, right or wrong. */
export function sort(random: Random): BsonDocument {
  const direction = () => (random.oneIn(4) ? value(random, 1) : new Int32(random.oneIn(2) ? 1 : -1))
  return new Map(random.several(3, () => [random.oneIn(9) ? '$natural' : fieldName(random), direction()] as const))
}

/** A projection, right or wrong. */
export function projection(random: Random): BsonDocument {
  const part = (): BsonValue => {
    switch (random.below(5)) {
      case 0:
        return new Int32(random.below(2))
      case 1:
        return doc({ $slice: random.oneIn(2) ? count(random) : [count(random), count(random)] })
      case 2:
        return doc({ $elemMatch: filter(random, 1) })
      case 3:
        return expression(random, 2)
      default:
        return random.oneIn(2)
    }
  }
  return new Map(random.several(3, () => [random.oneIn(6) ? 'arr.$' : fieldName(random), part()] as const))
}
