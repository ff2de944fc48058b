import { HOSTILE_DB } from './database.ts'
import type { Random } from '../engine/random.ts'

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
  HOSTILE_DB,
]

/** JSON values that no honest client sends, or nearly none. */
export function hostileValue(random: Random, depth = 0): unknown {
  switch (random.below(depth > 4 ? 5 : 14)) {
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
      return expensiveFilter(random)
    case 11:
      return zeros(random.between(1, 90))
    case 12:
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

/** A filter, or a part of one, that is long or leads deep, of documents as {@link zeros} makes them or any. */
function expensiveFilter(random: Random): unknown {
  const path = `${random.pick(['fullDocument', 'a', 'fullDocument.a'])}${'.0'.repeat(random.between(1, 110))}`
  const count = random.pick([3, 250, 600])
  const many = (make: (n: number) => unknown) => Array.from({ length: count }, (_, n) => make(n))
  const decimal = (n: number) => ({ $numberDecimal: `${n + 1}E${random.pick([-6_176, -40, 0, 6_000])}` })
  const text = (n: number) => 'x'.repeat(60) + n
  const list = many(
    random.pick<(n: number) => unknown>([decimal, text, (n) => n, (n) => ({ a: n }), () => [], () => ({})]),
  )
  return random.pick<() => unknown>([
    () => ({ [path]: 1 }),
    () => ({ [path]: { $elemMatch: { [path]: { $elemMatch: { [path]: 1 } } } } }),
    () => ({ fullDocument: { [random.pick(['$in', '$nin', '$all', '$eq'])]: list } }),
    () => ({
      [random.pick(['$or', '$nor', '$and'])]: many((n) => ({ [random.oneIn(2) ? path : 'fullDocument.a']: n })),
    }),
    () => ({ [random.pick(['$or', '$nor', '$and'])]: many(() => ({})) }),
    () => ({ [path]: { $not: { $elemMatch: { $nor: many((n) => ({ 0: n })) } } } }),
    () => ({ fullDocument: { $gte: text(1).repeat(90) } }),
  ])()
}

/** `{0: [{0: [ … ]}]}`: a path of zeros leads to the bottom by many ways. */
function zeros(depth: number): unknown {
  let inner: unknown = {}
  for (let level = 0; level < depth; level++) inner = { 0: [inner] }
  return inner
}

function nested(random: Random, depth: number): unknown {
  const key = random.pick(['a', '$and', '$not', 'fullDocument'])
  const asList = random.oneIn(2)
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = asList ? [value] : { [key]: value }
  return value
}
