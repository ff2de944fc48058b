import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { toEjsonText } from '../../../src/bson/ejson/to-ejson-text.ts'
import type { BsonDocument } from '../../../src/bson/values.ts'
import { fieldName, ODD_NAMES } from '../../support/random/names.ts'
import type { Random } from '../../support/random/random.ts'
import { text } from '../../support/random/scalars.ts'
import { document, nested, zeros } from '../../support/random/values.ts'
import { filter } from '../engine/filters.ts'
import { FIELD_OPERATORS, TOP_OPERATORS } from '../engine/operators.ts'
import { HOSTILE_DB } from './database.ts'

const OPERATORS = [...FIELD_OPERATORS, ...TOP_OPERATORS, '$function']

const EJSON_KEYS = (
  '$oid $date $numberLong $numberInt $numberDouble $numberDecimal $binary $uuid $timestamp $regularExpression $regex ' +
  '$options $minKey $maxKey $undefined $symbol $code $scope $dbPointer $ref $id $db'
).split(' ')

const NAMES = [...ODD_NAMES, '\u0000', '\ud800', 'fullDocument.a', 'operationType', ...OPERATORS, ...EJSON_KEYS]

/** Texts that mean something where Extended JSON, a position or a namespace is read, or nearly do. */
const TEXTS = [
  ...['1e400', '9223372036854775808', '-9223372036854775809', 'NaN', '-Infinity', '0123456789abcdef01234567'],
  ...['2026-01-31T12:00:00Z', '+275760-09-13T00:00:00.001Z', '%00', '(a+)+$', 'ü'.repeat(50), '{"a":', '{"$date": 1}'],
  ...['82', '8265', '00', 'GG', 'null', '{}', '[]', '__proto__', 'admin', 'local', 'system.users', HOSTILE_DB],
]

const NUMBERS = [0, -0, 1, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, -1e308, 5e-324, 101, 4_294_967_296]

/** JSON values that no honest client sends, or nearly none. */
export function hostileValue(random: Random, depth = 0): unknown {
  const inner = () => hostileValue(random, depth + 1)
  switch (random.below(depth > 4 ? 5 : 15)) {
    case 0:
      return random.pick([null, true, false])
    case 1:
      return random.pick(NUMBERS)
    case 2:
      return random.oneIn(2) ? text(random) : random.pick(TEXTS)
    case 3:
      return 'x'.repeat(random.pick([1, 100, 5_000]))
    case 4:
      return hostileToken(random)
    case 5:
      return random.several(4, inner)
    case 6:
      return toJson(random.oneIn(2) ? document(random) : filter(random), random)
    case 7:
      return { [random.pick(EJSON_KEYS)]: inner() }
    case 8:
      return { [fieldName(random)]: { [random.pick(OPERATORS)]: inner() } }
    case 9:
      return { [random.pick(['$and', '$or', '$nor', '$not'])]: random.several(3, inner) }
    case 10:
    case 11:
      return expensiveFilter(random)
    case 12:
      return toJson(new Map([['a', zeros(random, 90)]]), random)
    case 13:
      return deep(random)
    default:
      return Object.fromEntries(random.several(5, () => [random.pick(NAMES), inner()]))
  }
}

/** Extended JSON of a document, as a client of JavaScript would send it. */
function toJson(value: BsonDocument, random: Random): unknown {
  const bytes = encodeDocument(value)
  return JSON.parse(toEjsonText(bytes, 3, 0, bytes.length, random.oneIn(2) ? 'CANONICAL' : 'RELAXED'))
}

/** Deeper than BSON may be, too. */
function deep(random: Random): unknown {
  const depth = random.pick([3, 50, 99, 101, 1_000, 3_000])
  const name = random.pick(['a', '$and', '$not', 'fullDocument'])
  if (depth < 100) return toJson(new Map([['a', nested(random, depth, name)]]), random)
  const asList = random.oneIn(2)
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = asList ? [value] : { [name]: value }
  return value
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

/** A filter, or a part of one, that is long or leads deep, of documents of positions or any. */
function expensiveFilter(random: Random): unknown {
  const path = `${random.pick(['fullDocument', 'a', 'fullDocument.a'])}${'.0'.repeat(random.between(1, 110))}`
  const count = random.pick([3, 250, 600])
  const many = (make: (n: number) => unknown) => Array.from({ length: count }, (_, n) => make(n))
  const decimal = (n: number) => ({ $numberDecimal: `${n + 1}E${random.pick([-6_176, -40, 0, 6_000])}` })
  const long = (n: number) => 'x'.repeat(60) + n
  const list = many(
    random.pick<(n: number) => unknown>([decimal, long, (n) => n, (n) => ({ a: n }), () => [], () => ({})]),
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
    () => ({ fullDocument: { $gte: long(1).repeat(90) } }),
  ])()
}
