import { describe, expect, it } from 'vitest'
import { BSONRegExp, Decimal128, Double, Long } from '../../../src/bson/values.ts'
import { after, failure } from './updating.ts'

const dec = (text: string): Decimal128 => Decimal128.fromString(text)
const long = (text: string): Long => Long.fromString(text)

type Case = [title: string, update: Record<string, unknown>, before: Record<string, unknown>, expected: string]

const UNCHANGED = 'unchanged'

describe('$set', () => {
  it.each<Case>([
    ['changes a field in place', { $set: { a: 2 } }, { a: 1, b: 1 }, '{a: 2, b: 1}'],
    [
      'adds new fields in the order of their names',
      { $set: { z: 1, b: 2, 10: 1, 9: 1 } },
      { a: 1 },
      '{a: 1, 9: 1, 10: 1, b: 2, z: 1}',
    ],
    ['does nothing for the identical value', { $set: { a: { x: 1 } } }, { a: { x: 1 } }, UNCHANGED],
    ['does something for an equal value of another type', { $set: { a: new Long(1) } }, { a: 1 }, '{a: 1L}'],
    [
      'does something for another field order',
      { $set: { a: { y: 1, x: 1 } } },
      { a: { x: 1, y: 1 } },
      '{a: {y: 1, x: 1}}',
    ],
    ['does something for negative zero', { $set: { a: new Double(-0) } }, { a: new Double(0) }, '{a: -0.0}'],
    ['does nothing for NaN', { $set: { a: new Double(NaN) } }, { a: new Double(NaN) }, UNCHANGED],
    ['creates the documents on its path', { $set: { 'a.b.c': 1 } }, {}, '{a: {b: {c: 1}}}'],
    ['sets an array element', { $set: { 'a.1': 9 } }, { a: [1, 2] }, '{a: [1, 9]}'],
    ['fills an array with null', { $set: { 'a.3': 9 } }, { a: [1] }, '{a: [1, null, null, 9]}'],
    ['creates documents in an array', { $set: { 'a.1.b': 9 } }, { a: [1] }, '{a: [1, {b: 9}]}'],
    ['takes a number for a name outside arrays', { $set: { 'a.0': 1 } }, {}, '{a: {0: 1}}'],
    ['several fields of a new document', { $set: { 'a.c': 1, 'a.b': 2 } }, {}, '{a: {b: 2, c: 1}}'],
    ['several elements', { $set: { 'a.0': 5, 'a.2': 7 } }, { a: [1, 2] }, '{a: [5, 2, 7]}'],
    ['does nothing when empty', { $set: {} }, { a: 1 }, UNCHANGED],
    ['keeps $-names and dots inside values', { $set: { a: { $b: 1, 'c.d': 2 } } }, {}, '{a: {$b: 1, c.d: 2}}'],
    ['keeps names that objects treat specially', { $set: { constructor: 1 } }, {}, '{constructor: 1}'],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })
})

describe('$unset', () => {
  it.each<Case>([
    ['takes a field away', { $unset: { a: '' } }, { a: 1, b: 2 }, '{b: 2}'],
    ['takes a nested field away', { $unset: { 'a.b': 1 } }, { a: { b: 1 } }, '{a: {}}'],
    ['leaves null in an array', { $unset: { 'a.0': 1 } }, { a: [1, 2] }, '{a: [null, 2]}'],
    [
      'does nothing for missing fields',
      { $unset: { b: 1, 'c.d': 1, 'a.x': 1, 'l.9': 1, 'l.x': 1 } },
      { a: 1, l: [] },
      UNCHANGED,
    ],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })
})

describe('$inc', () => {
  it.each<Case>([
    ['adds ints', { $inc: { n: 5 } }, { n: 2 }, '{n: 7}'],
    ['sets a missing field', { $inc: { n: new Long(5) } }, {}, '{n: 5L}'],
    ['grows an int into a long', { $inc: { n: 1 } }, { n: 2147483647 }, '{n: 2147483648L}'],
    ['keeps a long', { $inc: { n: 1 } }, { n: new Long(1) }, '{n: 2L}'],
    ['takes a double with either', { $inc: { n: 0.5 } }, { n: new Long(1) }, '{n: 1.5}'],
    ['takes a decimal with all', { $inc: { n: dec('0.1') } }, { n: 1 }, '{n: 1.1m}'],
    ['rounds a double to 15 digits for a decimal', { $inc: { n: dec('0') } }, { n: 0.1 }, '{n: 0.100000000000000m}'],
    [
      'adds decimals exactly',
      { $inc: { n: dec('1E-33') } },
      { n: dec('1') },
      '{n: 1.000000000000000000000000000000001m}',
    ],
    [
      'rounds decimals half to even',
      { $inc: { n: dec('5E-34') } },
      { n: dec('1.000000000000000000000000000000001') },
      '{n: 1.000000000000000000000000000000002m}',
    ],
    ['does nothing with zero', { $inc: { n: 0 } }, { n: 1 }, UNCHANGED],
    ['changes the type even with zero', { $inc: { n: new Long(0) } }, { n: 1 }, '{n: 1L}'],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })

  it('refuses what is not a number, and a long that overflows', () => {
    expect(failure({ $inc: { n: 'x' } })).toBe(14)
    expect(failure({ $inc: { n: null } })).toBe(14)
    expect(failure({ $inc: { n: 1 } }, { n: 'x' })).toBe(14)
    expect(failure({ $inc: { n: 1 } }, { n: null })).toBe(14)
    expect(failure({ $inc: { n: 1 } }, { n: Long.MAX_VALUE })).toBe(2)
    expect(failure({ $inc: { n: Long.fromNumber(-1) } }, { n: Long.MIN_VALUE })).toBe(2)
  })
})

describe('$mul', () => {
  it.each<Case>([
    ['multiplies ints', { $mul: { n: 3 } }, { n: 2 }, '{n: 6}'],
    ['grows an int into a long', { $mul: { n: 65536 } }, { n: 65536 }, '{n: 4294967296L}'],
    ['sets a missing field to zero of its type', { $mul: { n: 3 } }, {}, '{n: 0}'],
    ['sets a missing field to a long zero', { $mul: { n: new Long(3) } }, {}, '{n: 0L}'],
    ['sets a missing field to a double zero', { $mul: { n: 1.5 } }, {}, '{n: 0.0}'],
    ['multiplies decimals', { $mul: { n: dec('1.5') } }, { n: 3 }, '{n: 4.5m}'],
    ['does nothing with one', { $mul: { n: 1 } }, { n: 3 }, UNCHANGED],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })

  it('refuses what is not a number, and a long that overflows', () => {
    expect(failure({ $mul: { n: true } })).toBe(14)
    expect(failure({ $mul: { n: 2 } }, { n: [] })).toBe(14)
    expect(failure({ $mul: { n: new Long(2) } }, { n: long('9223372036854775807') })).toBe(2)
  })
})

describe('$min and $max', () => {
  it.each<Case>([
    ['$min takes the lesser', { $min: { n: 1 } }, { n: 2 }, '{n: 1}'],
    ['$min leaves the lesser', { $min: { n: 3 } }, { n: 2 }, UNCHANGED],
    ['$max takes the greater', { $max: { n: 3 } }, { n: 2 }, '{n: 3}'],
    ['leave equal values of other types', { $min: { n: new Long(2) }, $max: { m: 2.0 } }, { n: 2, m: 2 }, UNCHANGED],
    ['compare types first', { $max: { n: 'a' } }, { n: 99 }, '{n: "a"}'],
    ['put null below numbers', { $min: { n: null } }, { n: 1 }, '{n: null}'],
    ['set a missing field', { $min: { n: 5 } }, {}, '{n: 5}'],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })
})

describe('$rename', () => {
  it.each<Case>([
    ['moves a field to the end', { $rename: { a: 'z' } }, { a: 1, b: 2 }, '{b: 2, z: 1}'],
    ['replaces its target in place', { $rename: { a: 'b' } }, { a: 1, b: 2, c: 3 }, '{b: 1, c: 3}'],
    ['moves between documents', { $rename: { 'a.x': 'b.y' } }, { a: { x: 1 } }, '{a: {}, b: {y: 1}}'],
    ['does nothing without its source', { $rename: { q: 'z' } }, { a: 1 }, UNCHANGED],
    ['replaces an identical target, too', { $rename: { a: 'b' } }, { a: 1, b: 1 }, '{b: 1}'],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })

  it.each([
    ['a target that is no string', { a: 1 }, {}, 2],
    ['itself', { a: 'a' }, {}, 2],
    ['something below itself', { a: 'a.b' }, {}, 2],
    ['something above itself', { 'a.b': 'a' }, {}, 2],
    ['a positional source', { 'a.$': 'b' }, {}, 2],
    ['a target with array filters', { a: 'b.$[]' }, {}, 2],
    ['a source in an array', { 'a.0': 'b' }, { a: [1] }, 2],
    ['a target in an array', { b: 'a.0' }, { a: [1], b: 1 }, 2],
    ['a source below a scalar', { 'a.b': 'c' }, { a: 1 }, 28],
    ['an empty target', { a: '' }, { a: 1 }, 56],
  ])('refuses %s', (_title, fields, before, code) => {
    expect(failure({ $rename: fields }, before)).toBe(code)
  })
})

describe('$setOnInsert', () => {
  it('does nothing to a document that is there, even on an impossible path', () => {
    expect(after({ $setOnInsert: { a: 1 } }, { b: 1 })).toBe(UNCHANGED)
    expect(after({ $setOnInsert: { 'a.b': 1 } }, { a: 1 })).toBe(UNCHANGED)
  })
})

describe('$currentDate', () => {
  it.each<Case>([
    ['sets the date', { $currentDate: { a: true } }, {}, '{a: 1970-01-01T00:00:01.000Z}'],
    ['takes any boolean', { $currentDate: { a: false } }, { a: 1 }, '{a: 1970-01-01T00:00:01.000Z}'],
    ['sets the date by type', { $currentDate: { a: { $type: 'date' } } }, {}, '{a: 1970-01-01T00:00:01.000Z}'],
    ['sets the cluster time', { $currentDate: { a: { $type: 'timestamp' } } }, {}, '{a: Timestamp(9, 9)}'],
    ['always changes', { $currentDate: { a: true } }, { a: new Date(1_000) }, '{a: 1970-01-01T00:00:01.000Z}'],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })

  it.each([[1], ['date'], [{ $type: 'time' }], [{ type: 'date' }], [{}]])('refuses %j', (operand) => {
    expect(failure({ $currentDate: { a: operand } })).toBe(2)
  })
})

describe('$push', () => {
  it.each<Case>([
    ['adds a value', { $push: { a: 3 } }, { a: [1] }, '{a: [1, 3]}'],
    ['creates the array', { $push: { 'a.b': 3 } }, {}, '{a: {b: [3]}}'],
    ['adds an array as one value', { $push: { a: [2, 3] } }, { a: [1] }, '{a: [1, [2, 3]]}'],
    ['adds a document', { $push: { a: { x: 1 } } }, { a: [] }, '{a: [{x: 1}]}'],
    ['adds each of several', { $push: { a: { $each: [2, 3] } } }, { a: [1] }, '{a: [1, 2, 3]}'],
    ['does nothing with none', { $push: { a: { $each: [] } } }, { a: [1] }, UNCHANGED],
    ['creates an empty array with none', { $push: { a: { $each: [] } } }, {}, '{a: []}'],
    ['at a position', { $push: { a: { $each: [9], $position: 1 } } }, { a: [1, 2] }, '{a: [1, 9, 2]}'],
    ['at a position beyond the end', { $push: { a: { $each: [9], $position: 10 } } }, { a: [1] }, '{a: [1, 9]}'],
    ['at a position from the end', { $push: { a: { $each: [9], $position: -1 } } }, { a: [1, 2] }, '{a: [1, 9, 2]}'],
    [
      'at a position before the start',
      { $push: { a: { $each: [9], $position: -5 } } },
      { a: [1, 2] },
      '{a: [9, 1, 2]}',
    ],
    ['keeps the first', { $push: { a: { $each: [3], $slice: 2 } } }, { a: [1, 2] }, '{a: [1, 2]}'],
    ['keeps the last', { $push: { a: { $each: [3], $slice: -2 } } }, { a: [1, 2] }, '{a: [2, 3]}'],
    ['keeps none', { $push: { a: { $each: [3], $slice: 0 } } }, { a: [1, 2] }, '{a: []}'],
    ['cuts without adding', { $push: { a: { $each: [], $slice: -1 } } }, { a: [1, 2] }, '{a: [2]}'],
    ['sorts', { $push: { a: { $each: [2], $sort: -1 } } }, { a: [1, 3] }, '{a: [3, 2, 1]}'],
    [
      'sorts by fields',
      { $push: { a: { $each: [{ k: 1 }], $sort: { k: 1 } } } },
      { a: [{ k: 2 }, 5] },
      '{a: [5, {k: 1}, {k: 2}]}',
    ],
    ['sorts before it cuts', { $push: { a: { $each: [0], $sort: 1, $slice: 2 } } }, { a: [2, 1] }, '{a: [0, 1]}'],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })

  it.each([
    ['a field that is no array', { a: 1 }, { a: 1 }],
    ['null', { a: 1 }, { a: null }],
    ['$each of what is no list', { a: { $each: 1 } }, {}],
    ['an unknown clause', { a: { $each: [], $nope: 1 } }, {}],
    ['a $slice that is no integer', { a: { $each: [], $slice: 1.5 } }, {}],
    ['a $position that is no number', { a: { $each: [], $position: 'x' } }, {}],
    ['a $sort of 2', { a: { $each: [], $sort: 2 } }, {}],
    ['an empty $sort', { a: { $each: [], $sort: {} } }, {}],
    ['a $sort by an empty part', { a: { $each: [], $sort: { 'k..l': 1 } } }, {}],
    ['a $sort of a string', { a: { $each: [], $sort: 'k' } }, {}],
  ])('refuses %s', (_title, fields, before) => {
    expect(failure({ $push: fields }, before)).toBe(2)
  })
})

describe('$addToSet', () => {
  it.each<Case>([
    ['adds a value', { $addToSet: { a: 2 } }, { a: [1] }, '{a: [1, 2]}'],
    ['does nothing for an equal value of another type', { $addToSet: { a: new Long(1) } }, { a: [1] }, UNCHANGED],
    [
      'tells field orders apart',
      { $addToSet: { a: { y: 1, x: 1 } } },
      { a: [{ x: 1, y: 1 }] },
      '{a: [{x: 1, y: 1}, {y: 1, x: 1}]}',
    ],
    ['adds each of several once', { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1] }, '{a: [1, 2]}'],
    ['creates the array', { $addToSet: { a: 1 } }, {}, '{a: [1]}'],
    ['creates an empty array', { $addToSet: { a: { $each: [] } } }, {}, '{a: []}'],
    ['keeps what was there twice', { $addToSet: { a: 2 } }, { a: [1, 1] }, '{a: [1, 1, 2]}'],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })

  it('refuses other fields and operands', () => {
    expect(failure({ $addToSet: { a: 1 } }, { a: 1 })).toBe(2)
    expect(failure({ $addToSet: { a: 1 } }, { a: null })).toBe(2)
    expect(failure({ $addToSet: { a: { $each: 1 } } })).toBe(14)
    expect(failure({ $addToSet: { a: { $each: [], $slice: 1 } } })).toBe(2)
  })
})

describe('$pop', () => {
  it.each<Case>([
    ['takes the last element', { $pop: { a: 1 } }, { a: [1, 2] }, '{a: [1]}'],
    ['takes the first element', { $pop: { a: Long.fromNumber(-1) } }, { a: [1, 2] }, '{a: [2]}'],
    ['does nothing to an empty array', { $pop: { a: 1 } }, { a: [] }, UNCHANGED],
    ['does nothing to a missing field', { $pop: { a: 1, 'b.c': 1 } }, {}, UNCHANGED],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })

  it('refuses other operands, other fields, and impossible paths', () => {
    expect(failure({ $pop: { a: 2 } })).toBe(9)
    expect(failure({ $pop: { a: 1.5 } })).toBe(9)
    expect(failure({ $pop: { a: 'x' } })).toBe(9)
    expect(failure({ $pop: { a: 1 } }, { a: 1 })).toBe(14)
    expect(failure({ $pop: { 'a.b': 1 } }, { a: 1 })).toBe(28)
  })
})

describe('$pull', () => {
  it.each<Case>([
    ['takes out equal values', { $pull: { a: 1 } }, { a: [1, 2, 1, new Long(1)] }, '{a: [2]}'],
    ['takes out what a condition matches', { $pull: { a: { $gte: 2 } } }, { a: [1, 2, 3] }, '{a: [1]}'],
    [
      'takes out what a regular expression matches',
      { $pull: { a: new BSONRegExp('^a') } },
      { a: ['ab', 'b', 1] },
      '{a: ["b", 1]}',
    ],
    [
      'takes out documents by their fields',
      { $pull: { a: { k: 1 } } },
      { a: [{ k: 1, v: 1 }, { k: 2 }, 1] },
      '{a: [{k: 2}, 1]}',
    ],
    [
      'takes out documents by conditions on fields',
      { $pull: { a: { k: { $gt: 1 } } } },
      { a: [{ k: 1 }, { k: 2 }] },
      '{a: [{k: 1}]}',
    ],
    [
      'takes out documents by a logical operator',
      { $pull: { a: { $or: [{ k: 1 }, { k: 2 }] } } },
      { a: [{ k: 1 }, { k: 3 }] },
      '{a: [{k: 3}]}',
    ],
    ['takes out every document with an empty condition', { $pull: { a: {} } }, { a: [{ k: 1 }, 2] }, '{a: [2]}'],
    [
      'takes out references by a part of them',
      { $pull: { a: { $id: 1 } } },
      {
        a: [
          { $ref: 'c', $id: 1 },
          { $ref: 'c', $id: 2 },
        ],
      },
      '{a: [{$ref: "c", $id: 2}]}',
    ],
    [
      'takes out references as a whole',
      { $pull: { a: { $ref: 'c', $id: 1 } } },
      {
        a: [
          { $ref: 'c', $id: 1 },
          { $ref: 'd', $id: 1 },
        ],
      },
      '{a: [{$ref: "d", $id: 1}]}',
    ],
    ['takes out an array as a whole', { $pull: { a: [1, 2] } }, { a: [[1, 2], [1]] }, '{a: [[1]]}'],
    ['takes out arrays that hold a match', { $pull: { a: { $in: [1] } } }, { a: [[1, 2], [2], 1] }, '{a: [[2]]}'],
    ['does nothing without a match', { $pull: { a: 9 } }, { a: [1] }, UNCHANGED],
    ['does nothing to a missing field', { $pull: { a: 9 } }, {}, UNCHANGED],
  ])('%s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })

  it('refuses fields that are no arrays and unknown operators', () => {
    expect(failure({ $pull: { a: 1 } }, { a: 1 })).toBe(2)
    expect(failure({ $pull: { a: { $nope: 1 } } })).toBe(2)
    expect(failure({ $pull: { 'a.b': 1 } }, { a: 1 })).toBe(28)
  })
})

describe('$pullAll', () => {
  it('takes out every listed value', () => {
    expect(after({ $pullAll: { a: [1, { k: 1 }] } }, { a: [1, 2, { k: 1 }, { k: 1, v: 1 }] })).toBe(
      '{a: [2, {k: 1, v: 1}]}',
    )
    expect(after({ $pullAll: { a: [] } }, { a: [1] })).toBe(UNCHANGED)
    expect(failure({ $pullAll: { a: 1 } })).toBe(2)
    expect(failure({ $pullAll: { a: [1] } }, { a: 'x' })).toBe(2)
  })
})

describe('$bit', () => {
  it.each<Case>([
    ['and', { $bit: { n: { and: 6 } } }, { n: 3 }, '{n: 2}'],
    ['or', { $bit: { n: { or: 4 } } }, { n: 3 }, '{n: 7}'],
    ['xor', { $bit: { n: { xor: 1 } } }, { n: 3 }, '{n: 2}'],
    ['several, in order', { $bit: { n: { and: 4, or: 1 } } }, { n: 7 }, '{n: 5}'],
    ['a long makes a long', { $bit: { n: { or: new Long(8) } } }, { n: 1 }, '{n: 9L}'],
    ['a missing field is zero', { $bit: { n: { or: 5 } } }, {}, '{n: 5}'],
    ['negative numbers', { $bit: { n: { and: -1 } } }, { n: -8 }, UNCHANGED],
  ])('combines: %s', (_title, update, before, expected) => {
    expect(after(update, before)).toBe(expected)
  })

  it.each([[1], [{}], [{ not: 1 }], [{ and: 1.5 }], [{ or: 'x' }]])('refuses %j', (operand) => {
    expect(failure({ $bit: { n: operand } })).toBe(2)
  })

  it('refuses a field that is no integer', () => {
    expect(failure({ $bit: { n: { or: 1 } } }, { n: 1.5 })).toBe(2)
  })
})
