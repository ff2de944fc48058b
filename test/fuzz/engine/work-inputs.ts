import { BSONRegExp, Decimal128, doc, Int32, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { HEAVY_FIELDS } from './heavy-data.ts'
import { EXPRESSION_OPERATORS } from './operators.ts'
import type { Random } from '../../support/random/random.ts'

const n = (value: number): Int32 => new Int32(value)
const ints = (count: number): BsonValue[] => Array.from({ length: count }, (_, i) => n(-1 - i))
const path = (random: Random): string => `$${random.pick(HEAVY_FIELDS)}`
/** How many of something there are: few, or as many as a command may well hold. */
const many = (random: Random): number => random.pick([2, 50, 2_000, 20_000])

const PATTERNS = ['x$', '(a|é)*b', '(a+)+$', 'é{1,1000}x', '^.*.*x', '[^b]*b', '(?=a)é', 'a?'.repeat(30)]
const DECIMALS = ['9.999E+6144', '1E-6176', '-1.234567890123456789012345678901234E+100', '3']

/** Expressions that look at whole fields of a large document, and put them into each other. */
function costly(random: Random, depth = 3): BsonValue {
  if (depth === 0) return random.oneIn(4) ? doc({ $toDecimal: random.pick(DECIMALS) }) : path(random)
  const inner = (): BsonValue => costly(random, depth - 1)
  switch (random.below(9)) {
    case 0:
      return grown(random, inner())
    case 1:
      return doc({ $switch: doc({ branches: list(random, () => doc({ case: '$no', then: n(1) })), default: inner() }) })
    case 2:
      return doc({ $sortArray: doc({ input: inner(), sortBy: random.pick<BsonValue>([n(1), doc({ a: n(-1) })]) }) })
    case 3:
      return doc({ $convert: doc({ input: inner(), to: random.pick(TYPES), onError: inner(), onNull: n(0) }) })
    case 4:
      return doc({ $setField: doc({ field: 'x', input: inner(), value: inner() }) })
    case 5:
      return doc({ [random.pick(['$add', '$multiply', '$mergeObjects', '$and', '$ifNull'])]: list(random, inner, 50) })
    case 6:
      return doc({ $dateToString: doc({ date: '$$NOW', format: '%Y%j'.repeat(many(random)) }) })
    default: {
      const name = random.pick(EXPRESSION_OPERATORS)
      return doc({ [name]: random.oneIn(3) ? inner() : [inner(), inner()] })
    }
  }
}

const TYPES = ['int', 'double', 'decimal', 'string', 'date', 'objectId', 'bool']

function list(random: Random, make: () => BsonValue, most = 20_000): BsonValue[] {
  const one = make()
  return Array.from({ length: Math.min(most, many(random)) }, () => one)
}

/** A value that each of several levels of variables makes larger than the one before. */
function grown(random: Random, first: BsonValue): BsonValue {
  const step = random.pick<BsonValue>([
    ['$$v', '$$v'],
    doc({ a: '$$v', b: ['$$v'] }),
    doc({ $add: ['$$v', '$$v'] }),
    doc({ $mergeObjects: ['$$v', '$$ROOT'] }),
    doc({ $setField: doc({ field: 'v', input: '$$ROOT', value: '$$v' }) }),
  ])
  let inner: BsonValue = random.pick<BsonValue>([
    '$$v',
    doc({ $bsonSize: doc({ v: '$$v' }) }),
    doc({ $eq: ['$$v', '$$v'] }),
  ])
  for (let level = random.between(1, 40); level > 0; level--)
    inner = doc({ $let: doc({ vars: doc({ v: step }), in: inner }) })
  return doc({ $let: doc({ vars: doc({ v: first }), in: inner }) })
}

/** Filters with many operands, or about values that take long to look at. */
function filter(random: Random, depth = 2): BsonDocument {
  const field = random.pick(HEAVY_FIELDS)
  switch (random.below(depth > 0 ? 12 : 9)) {
    case 0:
      return doc({ [field]: doc({ [random.pick(['$in', '$nin', '$all'])]: values(random) }) })
    case 1:
      return doc({ [field]: new BSONRegExp(random.pick(PATTERNS), random.pick(['', 'i', 's'])) })
    case 2:
      return doc({ $jsonSchema: schema(random) })
    case 3:
      return doc({ bytes: doc({ $bitsAllSet: ints(many(random)).map((_, i) => n(i)) }) })
    case 4:
      return doc({
        [`deep${'.0'.repeat(random.between(1, 40))}`]: random.pick<BsonValue>([n(7), doc({ $exists: false })]),
      })
    case 5:
      return doc({
        [`items.${random.pick(['a.b', 'c', 'c.0', '99.a', 'a'])}`]: doc({ $gt: n(-1), $mod: [n(7), n(9)] }),
      })
    case 6:
      return doc({ $expr: costly(random) })
    case 7:
      return doc({
        [random.pick(['grid', 'items', 'list'])]: doc({ $elemMatch: doc({ $not: doc({ $in: values(random) }) }) }),
      })
    case 8:
      return doc({ decimals: doc({ $mod: [Decimal128.fromString('7E-6176'), n(1)] }) })
    default: {
      const one = filter(random, depth - 1)
      return doc({ [random.pick(['$and', '$or', '$nor'])]: list(random, () => one, 500) })
    }
  }
}

function values(random: Random): BsonValue[] {
  const count = many(random)
  const one = random.pick<(i: number) => BsonValue>([
    (i) => n(-1 - i),
    (i) => `${'aé'.repeat(100)}${i}`,
    (i) => Decimal128.fromString(`1.${i}E+${i % 6000}`),
    (i) => doc({ a: doc({ b: n(-i) }) }),
    (i) => [n(i), n(-i)],
  ])
  return Array.from({ length: count }, (_, i) => one(i))
}

function schema(random: Random, depth = 2): BsonDocument {
  const inner = (): BsonDocument => (depth > 0 ? schema(random, depth - 1) : doc({}))
  const field = random.pick(HEAVY_FIELDS)
  return random.pick<() => BsonDocument>([
    () => doc({ properties: doc({ [field]: inner() }) }),
    () => doc({ uniqueItems: true, items: inner() }),
    () => doc({ maxLength: n(1_000_000), pattern: random.pick(PATTERNS) }),
    () => doc({ enum: [...new Set(Array.from({ length: many(random) }, (_, i) => i))].map(n) }),
    () => doc({ anyOf: list(random, inner, 500) }),
    () =>
      doc({
        patternProperties: doc(Object.fromEntries(PATTERNS.map((pattern) => [pattern, doc({ maxLength: n(9) })]))),
      }),
    () => {
      // one for all: each of its own would make as many again at every level
      const each = inner()
      const named = Object.fromEntries(ints(many(random)).map((_, i) => [`x${i}`, each]))
      return doc({ properties: doc(named), additionalProperties: inner() })
    },
    () => doc({ multipleOf: Decimal128.fromString('7E-6000'), maximum: n(1) }),
  ])()
}

/** Stages that make much of little. */
function product(random: Random): BsonDocument {
  return random.pick<() => BsonDocument>([
    () => doc({ $unwind: `$${random.pick(['list', 'items', 'texts', 'hundred', 'grid', 'l', 'joined'])}` }),
    () => doc({ $lookup: doc({ from: 'many', localField: 'same', foreignField: 'same', as: 'joined' }) }),
    () => doc({ $lookup: doc({ from: 'heavy', as: 'joined', pipeline: [doc({ $match: filter(random, 1) })] }) }),
    () =>
      doc({
        $graphLookup: doc({
          from: 'many',
          startWith: n(1),
          connectFromField: 'same',
          connectToField: 'same',
          as: 'joined',
        }),
      }),
    () => doc({ $facet: doc({ joined: [product(random)], l: [product(random)] }) }),
    () => doc({ $unionWith: doc({ coll: 'many', pipeline: [product(random)] }) }),
    () => doc({ $addFields: doc({ joined: costly(random) }) }),
  ])()
}

/** Stages that look at everything. */
function consumer(random: Random): BsonDocument {
  const of = costly(random, 2)
  return random.pick<() => BsonDocument>([
    () => doc({ $match: filter(random) }),
    () => doc({ $match: doc({ $expr: of }) }),
    () => doc({ $project: doc({ x: of, y: costly(random, 1) }) }),
    () => doc({ $group: doc({ _id: of, n: doc({ $sum: n(1) }) }) }),
    () => doc({ $group: doc({ _id: null, x: accumulator(random, of) }) }),
    () => doc({ $sort: doc({ [random.pick([...HEAVY_FIELDS, 'joined', 'items.a.b', 'deep.0.0'])]: n(1) }) }),
    () => doc({ $redact: doc({ $cond: [of, '$$DESCEND', '$$PRUNE'] }) }),
    () => doc({ $replaceWith: doc({ $mergeObjects: ['$$ROOT', doc({ x: of })] }) }),
  ])()
}

function accumulator(random: Random, of: BsonValue): BsonDocument {
  const name = random.pick(['$push', '$addToSet', '$sum', '$max', '$mergeObjects', '$minN', '$bottomN', '$percentile'])
  if (name === '$minN') return doc({ $minN: doc({ n: n(100_000), input: of }) })
  if (name === '$bottomN')
    return doc({ $bottomN: doc({ n: n(100_000), output: of, sortBy: doc({ list: n(1), i: n(-1) }) }) })
  if (name === '$percentile') return doc({ $percentile: doc({ input: of, p: [new Int32(1)], method: 'approximate' }) })
  return doc({ [name]: of })
}

/** Updates that look at, move or make many elements. */
function update(random: Random): { u: BsonValue; arrayFilters?: BsonDocument[] } {
  const field = random.pick(['list', 'items', 'texts', 'grid', 'decimals'])
  return random.pick<() => { u: BsonValue; arrayFilters?: BsonDocument[] }>([
    () => ({ u: doc({ $push: doc({ [field]: doc({ $each: values(random), $sort: n(-1), $slice: n(60_000) }) }) }) }),
    () => ({ u: doc({ $addToSet: doc({ [field]: doc({ $each: values(random) }) }) }) }),
    () => ({ u: doc({ $pull: doc({ [field]: doc({ $in: values(random) }) }) }) }),
    () => ({ u: doc({ $pullAll: doc({ [field]: values(random) }) }) }),
    () => ({ u: doc({ $set: doc({ 'grid.$[].$[]': n(random.below(99)) }) }) }),
    () => ({
      u: doc({ $inc: doc({ 'items.$[e].a.b': n(1) }) }),
      arrayFilters: [doc({ 'e.c': doc({ $nin: values(random) }) })],
    }),
    () => ({ u: doc({ $mul: doc({ 'decimals.$[]': Decimal128.fromString('1.000000001') }) }) }),
    () => ({ u: doc({ $set: doc({ [`x${'.0'.repeat(random.between(1, 190))}`]: n(1) }) }) }),
    () => ({ u: doc({ $unset: doc(Object.fromEntries(ints(many(random)).map((_, i) => [`wide.f${i}`, '']))) }) }),
    () => ({ u: doc({ $rename: doc(Object.fromEntries(ints(2_000).map((_, i) => [`wide.f${i}`, `wide.g${i}`]))) }) }),
    () => ({ u: [doc({ $set: doc({ x: costly(random) }) })] }),
  ])()
}

/** One command that costs as much as it can for what it says. */
export function workCommand(random: Random): BsonDocument {
  const { u, arrayFilters } = update(random)
  const q = random.oneIn(2) ? doc({}) : filter(random)
  const body = random.pick<() => BsonDocument>([
    () =>
      doc({
        aggregate: 'heavy',
        pipeline: [...random.several(3, () => product(random)), consumer(random)],
        cursor: doc({}),
      }),
    () =>
      doc({
        aggregate: 'heavy',
        pipeline: [...random.several(3, () => product(random)), consumer(random)],
        cursor: doc({}),
      }),
    () => doc({ aggregate: 'many', pipeline: [product(random), product(random), consumer(random)], cursor: doc({}) }),
    () => doc({ find: 'heavy', filter: filter(random), projection: doc({ x: costly(random) }) }),
    () =>
      doc({
        find: 'heavy',
        filter: filter(random),
        sort: doc({ 'items.c': n(1), [random.pick(HEAVY_FIELDS)]: n(-1) }),
      }),
    () => doc({ distinct: 'heavy', key: random.pick([...HEAVY_FIELDS, 'items.a', 'items.c', 'grid.0']), query: q }),
    () => doc({ update: 'heavy', updates: [doc({ q, u, multi: !Array.isArray(u) || random.oneIn(2), arrayFilters })] }),
    () => doc({ findAndModify: 'heavy', query: q, update: u, arrayFilters, new: true }),
  ])()
  return body.set('maxTimeMS', n(LIMIT_MS)).set('$db', 'work')
}

/** What each command may take. */
export const LIMIT_MS = 250
