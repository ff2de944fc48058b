import type { Random } from '../engine/fuzz/random.ts'

const KEYS = [
  'a',
  '',
  '$',
  '$a',
  'a.b',
  '.',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'fullDocument.a',
  '\u0000',
  '😀',
  '\ud800',
  'operationType',
  'length',
  '0',
  '-1',
]

const OPERATORS = [
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$and',
  '$or',
  '$nor',
  '$not',
  '$exists',
  '$type',
  '$all',
  '$elemMatch',
  '$size',
  '$where',
  '$expr',
  '$regex',
  '$function',
  '$jsonSchema',
  '$mod',
  '$text',
  '$comment',
]

const EJSON_KEYS = [
  '$oid',
  '$date',
  '$numberLong',
  '$numberInt',
  '$numberDouble',
  '$numberDecimal',
  '$binary',
  '$uuid',
  '$timestamp',
  '$regularExpression',
  '$regex',
  '$options',
  '$minKey',
  '$maxKey',
  '$undefined',
  '$symbol',
  '$code',
  '$scope',
  '$dbPointer',
  '$ref',
  '$id',
  '$db',
]

const TEXTS = [
  '',
  'x',
  'a.b',
  '1e400',
  '9223372036854775808',
  '-9223372036854775809',
  'NaN',
  '-Infinity',
  '0123456789abcdef01234567',
  '2026-01-31T12:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '%00',
  '(a+)+$',
  '\u2028',
  'ü'.repeat(50),
  '{"a":',
  '{"$date": 1}',
  '82',
  '8265',
  '00',
  'GG',
  'null',
  '{}',
  '[]',
  '__proto__',
  'admin',
  'local',
  'system.users',
  'hostile',
]

/** JSON values that no honest client sends, or nearly none. */
export function hostileValue(random: Random, depth = 0): unknown {
  switch (random.below(depth > 4 ? 5 : 12)) {
    case 0:
      return random.pick([null, true, false])
    case 1:
      return random.pick([0, -0, 1, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, -1e308, 5e-324, 101, 4_294_967_296])
    case 2:
      return random.pick(TEXTS)
    case 3:
      return 'x'.repeat(random.pick([1, 100, 5_000]))
    case 4:
      return hostileToken(random)
    case 5:
    case 6:
      return random.several(4, () => hostileValue(random, depth + 1))
    case 7:
      return { [random.pick(EJSON_KEYS)]: hostileValue(random, depth + 1) }
    case 8:
      return { [random.pick(KEYS)]: { [random.pick(OPERATORS)]: hostileValue(random, depth + 1) } }
    case 9:
      return {
        [random.pick(['$and', '$or', '$nor', '$not'])]: random.several(3, () => hostileValue(random, depth + 1)),
      }
    case 10:
      return nested(random, random.pick([3, 50, 99, 101, 1_000, 3_000]))
    default:
      return Object.fromEntries(
        random.several(5, () => [random.pick([...KEYS, ...OPERATORS, ...EJSON_KEYS]), hostileValue(random, depth + 1)]),
      )
  }
}

/** Resume tokens of every shape. */
export function hostileToken(random: Random): unknown {
  const hex = random.bytes(random.pick([1, 4, 9, 20, 40, 300])).toString('hex')
  return random.pick<unknown>([
    hex,
    hex.toUpperCase(),
    `82${hex}`,
    `8265000000000000012B0229296E04`,
    hex.slice(1),
    '',
    '8'.repeat(20_000),
    { _data: hex },
    [hex],
    5,
    null,
  ])
}

function nested(random: Random, depth: number): unknown {
  const key = random.pick(['a', '$and', '$not', 'fullDocument'])
  const asList = random.oneIn(2)
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = asList ? [value] : { [key]: value }
  return value
}
