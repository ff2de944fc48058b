import { doc, Int32, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { ARGUMENT_NAMES, EXPRESSION_OPERATORS } from './operators.ts'
import type { Random } from '../../support/random/random.ts'
import { fieldName } from '../../support/random/names.ts'
import { value } from '../../support/random/values.ts'

const VARIABLES = [
  '$$ROOT',
  '$$CURRENT.n',
  '$$NOW',
  '$$CLUSTER_TIME',
  '$$this',
  '$$value',
  '$$REMOVE',
  '$$x',
  '$$__proto__',
  '$$',
  '$$KEEP',
]
const UNITS = ['year', 'quarter', 'week', 'month', 'day', 'hour', 'minute', 'second', 'millisecond', 'eon']
const ZONES = ['UTC', 'Europe/Berlin', '+05:30', '-99:99', 'Nowhere/None', '']
const FORMATS = ['%Y-%m-%d', '%Y-%m-%dT%H:%M:%S.%LZ', '%G-W%V-%u', '%j %b %B %z %Z', '%', '%q', '%Y%Y', '']
const TYPES = [
  'int',
  'long',
  'double',
  'decimal',
  'string',
  'bool',
  'date',
  'objectId',
  'binData',
  'missing',
  'array',
  'nope',
]

const PATHS = ['$n', '$n', '$s', '$d', '$arr', '$sub', '$sub.arr', '$arr.x', '$mixed', '$b', '$$ROOT', '$none']

/** Texts that mean something to some operator. */
const SPECIAL: readonly (readonly string[])[] = [UNITS, ZONES, FORMATS, TYPES, ['monday', 'i', 'approximate', 'asc']]

/** An expression: a value, a path, a variable, or an operator over such, right or wrong. */
export function expression(random: Random, depth = 3): BsonValue {
  switch (random.below(depth > 0 ? 8 : 4)) {
    case 0:
      return value(random, 1)
    case 1:
      return random.pick(VARIABLES)
    case 2:
      return random.pick(random.pick(SPECIAL))
    case 3:
      return `$${fieldName(random)}`
    case 4:
      return new Map(random.several(2, () => [fieldName(random), expression(random, depth - 1)] as const))
    default:
      return operation(random, depth - 1)
  }
}

function operation(random: Random, depth: number): BsonDocument {
  return doc({ [random.pick(EXPRESSION_OPERATORS)]: argument(random, depth) })
}

function argument(random: Random, depth: number): BsonValue {
  // what many operators take: a number, a text, a date, an array of the data set, once or twice
  if (random.oneIn(4)) return random.pick(PATHS)
  if (random.oneIn(4))
    return [random.pick(PATHS), random.oneIn(2) ? random.pick(PATHS) : new Int32(random.between(-1, 3))]
  if (random.oneIn(3)) return expression(random, depth)
  if (random.oneIn(2)) return random.several(4, () => expression(random, depth))
  const fields = random.several(6, () => [random.pick(ARGUMENT_NAMES), expression(random, depth)] as const)
  if (random.oneIn(2)) fields.push(['input', random.oneIn(2) ? '$arr' : expression(random, depth)])
  if (random.oneIn(6)) fields.push(['vars', doc({ x: expression(random, depth) })])
  if (random.oneIn(6)) fields.push(['sortBy', doc({ [fieldName(random)]: value(random, 0) })])
  return new Map(fields)
}
