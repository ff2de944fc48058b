import { describe, expect, it } from 'vitest'
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from '../../../src/bson/values.ts'
import { compileFilter } from '../../../src/engine/query/filter.ts'
import { documentOf } from '../../support/documents.ts'
import { compileCode, matches } from './matching.ts'

function fieldMatches(condition: unknown, value: unknown): boolean {
  return matches({ a: condition }, value === undefined ? {} : { a: value })
}

describe('$exists', () => {
  it.each([
    [{ $exists: true }, null, true],
    [{ $exists: true }, undefined, false],
    [{ $exists: false }, undefined, true],
    [{ $exists: 0 }, undefined, true],
    [{ $exists: null }, undefined, true],
    [{ $exists: Decimal128.fromString('0E+3') }, 1, false],
    [{ $exists: 'no' }, 1, true],
    [{ $exists: true }, [], true],
  ])('%j of %j is %s', (condition, value, expected) => {
    expect(fieldMatches(condition, value)).toBe(expected)
  })
})

describe('$type', () => {
  it.each([
    ['double', 1, new Double(1)],
    ['string', 2, 'x'],
    ['object', 3, {}],
    ['array', 4, []],
    ['binData', 5, new Binary(Buffer.from([1]))],
    ['objectId', 7, new ObjectId()],
    ['bool', 8, false],
    ['date', 9, new Date()],
    ['null', 10, null],
    ['regex', 11, new BSONRegExp('x')],
    ['javascript', 13, new Code('x')],
    ['int', 16, 1],
    ['timestamp', 17, new Timestamp({ t: 1, i: 1 })],
    ['long', 18, new Long(1)],
    ['decimal', 19, Decimal128.fromString('1')],
    ['minKey', -1, new MinKey()],
    ['maxKey', 127, new MaxKey()],
  ])('knows %s by name and by code %i', (name, code, value) => {
    expect(fieldMatches({ $type: name }, value)).toBe(true)
    expect(fieldMatches({ $type: code }, value)).toBe(true)
    expect(fieldMatches({ $type: [code, 'undefined'] }, value)).toBe(true)
    expect(fieldMatches({ $type: 'dbPointer' }, value)).toBe(false)
  })

  it('takes all numbers for number, elements of arrays, and the array itself', () => {
    for (const value of [1, 1.5, new Long(1), Decimal128.fromString('1')]) {
      expect(fieldMatches({ $type: 'number' }, value)).toBe(true)
    }
    expect(fieldMatches({ $type: 'number' }, new Timestamp({ t: 1, i: 1 }))).toBe(false)
    expect(fieldMatches({ $type: 'string' }, [1, 'x'])).toBe(true)
    expect(fieldMatches({ $type: 'array' }, [1, 'x'])).toBe(true)
    expect(fieldMatches({ $type: 'null' }, undefined)).toBe(false)
  })

  it.each([
    ['bogus', 2],
    [99, 2],
    [1.5, 2],
    [0, 2],
    [true, 14],
    [[], 9],
    [['int', 'bogus'], 2],
  ])('refuses %j with %i', (operand, code) => {
    expect(compileCode({ a: { $type: operand } })).toBe(code)
  })
})

describe('$mod', () => {
  it.each([
    [[2, 1], 3, true],
    [[2, 1], 4, false],
    [[2, -1], -3, true],
    [[2, 1], -3, false],
    [[4, 0], 4.9, true],
    [[2.9, 1], 3, true],
    [[2, 1], new Long(5), true],
    [[2, 1], Decimal128.fromString('7.5'), true],
    [[2, 1], new Double(NaN), false],
    [[2, 1], '3', false],
    [[2, 1], [4, 5], true],
    [[Long.fromString('9007199254740993'), 1], Long.fromString('9007199254740994'), true],
  ])('%j of %j is %s', (operand, value, expected) => {
    expect(fieldMatches({ $mod: operand }, value)).toBe(expected)
  })

  it.each([[5], [[]], [[2]], [[2, 1, 0]], [[0, 1]], [['2', 1]], [[2, 'x']], [[new Double(NaN), 1]], [[1, Infinity]]])(
    'refuses %j',
    (operand) => {
      expect(compileCode({ a: { $mod: operand } })).toBe(2)
    },
  )
})

describe('$size', () => {
  it('counts elements, not those of nested arrays', () => {
    expect(fieldMatches({ $size: 2 }, [1, 2])).toBe(true)
    expect(fieldMatches({ $size: new Long(0) }, [])).toBe(true)
    expect(fieldMatches({ $size: 2 }, [[1, 2]])).toBe(false)
    expect(fieldMatches({ $size: 1 }, 'x')).toBe(false)
    expect(matches({ 'a.b': { $size: 1 } }, { a: [{ b: [1] }] })).toBe(true)
  })

  it.each([['2'], [-1], [1.5], [new Double(NaN)], [Infinity], [null]])('refuses %j', (operand) => {
    expect(compileCode({ a: { $size: operand } })).toBe(2)
  })
})

describe('$all', () => {
  it.each([
    [['a', 'b'], ['b', 'a', 'c'], true],
    [['a', 'b'], ['a'], false],
    [['a'], 'a', true],
    [[], ['a'], false],
    [[['x']], [['x']], true],
    [[new BSONRegExp('^a'), 'b'], ['abc', 'b'], true],
    [[{ $elemMatch: { k: 1 } }, { $elemMatch: { k: 2 } }], [{ k: 1 }, { k: 2 }], true],
    [[{ $elemMatch: { k: 1 } }, { $elemMatch: { k: 3 } }], [{ k: 1 }, { k: 2 }], false],
  ])('%j of %j is %s', (operand, value, expected) => {
    expect(fieldMatches({ $all: operand }, value)).toBe(expected)
  })

  it.each([[1], [[{ $gt: 1 }]], [[{ $elemMatch: { k: 1 } }, 1]], [[1, { $elemMatch: { k: 1 } }]]])(
    'refuses %j',
    (operand) => {
      expect(compileCode({ a: { $all: operand } })).toBe(2)
    },
  )
})

describe('references', () => {
  const one = { $ref: 'c', $id: 1 }
  const far = { $ref: 'c', $id: 2, $db: 'far' }

  it.each([
    ['by a part of them', { $elemMatch: { $id: 1 } }, true],
    ['by another part of them', { $elemMatch: { $db: 'far' } }, true],
    ['by parts of different ones', { $elemMatch: { $id: 1, $db: 'far' } }, false],
    ['by parts in any order', { $elemMatch: { $id: 2, $ref: 'c' } }, true],
    ['by parts and other fields', { $elemMatch: { $ref: 'c', x: null } }, true],
    ['by parts below other operators', { $elemMatch: { $or: [{ $id: 5 }, { $and: [{ $id: 2 }] }] } }, true],
    ['whose part is a document with operators, which is a value', { $elemMatch: { $id: { $gt: 0 } } }, false],
    ['as a whole', far, true],
    ['as a whole with its parts in another order', { $id: 1, $ref: 'c' }, false],
    ['in a list', { $in: [5, one] }, true],
    ['negated', { $not: { $elemMatch: { $id: 1 } } }, false],
  ])('are found in arrays %s', (_, condition, expected) => {
    expect(fieldMatches(condition, [one, far, 7])).toBe(expected)
  })

  it.each([
    [{ a: { $id: 1 } }, 'unknown operator: $id'],
    [{ $or: [{ $id: 1 }, { $ids: 1 }] }, 'unknown top level operator: $ids'],
    [{ a: { $ref: 'c', $db: 'd' } }, 'unknown operator: $ref'],
    [{ a: { $not: { $id: 1 } } }, 'unknown operator: $id'],
    [{ a: { $elemMatch: { $nope: 1 } } }, 'unknown operator: $nope'],
    [{ a: { $elemMatch: { $id: 1, $nope: 1 } } }, 'unknown top level operator: $nope'],
  ])('are refused in part: %j', (filter, message) => {
    expect(() => matches(filter, {})).toThrow(message)
  })
})

describe('$elemMatch', () => {
  it.each([
    ['all conditions on one element', { $elemMatch: { $gt: 1, $lt: 3 } }, [0, 2], true],
    ['no conditions on different elements', { $elemMatch: { $gt: 1, $lt: 3 } }, [0, 4], false],
    ['fields of one document', { $elemMatch: { k: 1, v: 2 } }, [{ k: 1, v: 2 }], true],
    ['no fields of different documents', { $elemMatch: { k: 1, v: 2 } }, [{ k: 1 }, { v: 2 }], false],
    ['no value that is not an array', { $elemMatch: { k: 1 } }, { k: 1 }, false],
    ['an empty filter: any document', { $elemMatch: {} }, [1, {}], true],
    ['an empty filter: no scalar', { $elemMatch: {} }, [1], false],
    ['logical operators: a filter', { $elemMatch: { $or: [{ k: 1 }, { k: 2 }] } }, [{ k: 2 }], true],
    ['arrays by their indexes', { $elemMatch: { 0: 'x' } }, [['x']], true],
    ['nested arrays', { $elemMatch: { $elemMatch: { $eq: 1 } } }, [[1]], true],
    ['negations of one element', { $elemMatch: { $ne: 1 } }, [1, 2], true],
    ['negations of each element', { $elemMatch: { $nin: [1, 2] } }, [1, 2], false],
    ['$not', { $elemMatch: { $not: { $gt: 1 } } }, [5, 0], true],
    ['$type', { $elemMatch: { $type: 'string' } }, [1, 'x'], true],
  ])('takes %s', (_title, condition, value, expected) => {
    expect(fieldMatches(condition, value)).toBe(expected)
  })

  it('refuses what is not a document', () => {
    expect(compileCode({ a: { $elemMatch: 1 } })).toBe(2)
    expect(compileCode({ a: { $elemMatch: [] } })).toBe(2)
  })
})

describe('bit operators', () => {
  const all = new Binary(Buffer.from([0b0000_0101]))
  it.each([
    [{ $bitsAllSet: 5 }, 13, true],
    [{ $bitsAllSet: [0, 2] }, 13, true],
    [{ $bitsAllSet: [0, 1] }, 13, false],
    [{ $bitsAllSet: [200] }, -1, true],
    [{ $bitsAllSet: [63] }, Long.MIN_VALUE, true],
    [{ $bitsAllSet: 5 }, all, true],
    [{ $bitsAllSet: all }, 5, true],
    [{ $bitsAllSet: 1 }, new Double(3), true],
    [{ $bitsAllSet: 1 }, 1.5, false],
    [{ $bitsAllSet: 1 }, '1', false],
    [{ $bitsAllSet: [] }, 0, true],
    [{ $bitsAllSet: 1 }, undefined, false],
  ])('%j of %j is %s', (condition, value, expected) => {
    expect(fieldMatches(condition, value)).toBe(expected)
  })

  it.each([
    ['x', 2],
    [[-1], 2],
    [['x'], 2],
    [[1.5], 2],
    [[2 ** 40], 2],
    [-1, 9],
    [1.5, 9],
  ])('refuse %j with %i', (operand, code) => {
    expect(compileCode({ a: { $bitsAllSet: operand } })).toBe(code)
  })
})

describe('logical operators', () => {
  it('join filters', () => {
    expect(matches({ $and: [{ a: 1 }, { b: 2 }] }, { a: 1, b: 2 })).toBe(true)
    expect(matches({ $or: [{ a: 1 }, { b: 2 }] }, { b: 2 })).toBe(true)
    expect(matches({ $nor: [{ a: 1 }, { b: 2 }] }, { b: 2 })).toBe(false)
    expect(matches({ a: { $not: { $gt: 1, $lt: 5 } } }, { a: 7 })).toBe(true)
    expect(matches({ a: { $not: new BSONRegExp('x') } }, { a: 'x' })).toBe(false)
    expect(matches({ a: { $not: { $regex: 'x' } } }, {})).toBe(true)
    expect(matches({ a: { $not: { $not: { $eq: 1 } } } }, { a: 1 })).toBe(true)
    expect(matches({ $alwaysTrue: 1 }, {})).toBe(true)
    expect(matches({ $comment: 'why', a: 1 }, { a: 1 })).toBe(true)
    expect(matches({}, {})).toBe(true)
  })

  it.each([
    [{ $and: [] }, 2],
    [{ $or: 'x' }, 2],
    [{ $nor: [1] }, 2],
    [{ $nope: 1 }, 2],
    [{ constructor: { $constructor: 1 } }, 2],
    [{ $constructor: 1 }, 2],
    [{ a: { $not: 1 } }, 2],
    [{ a: { $not: {} } }, 2],
    [{ a: { $not: { x: 1 } } }, 2],
    [{ $alwaysTrue: 2 }, 9],
    [{ $where: '1' }, 2],
    [{ $text: { $search: 'x' } }, 27],
    [{ a: { $near: [0, 0] } }, 2],
    [{ a: { $geoWithin: {} } }, 2],
    [{ $jsonSchema: 1 }, 14],
  ])('refuses %j with %i', (filter, code) => {
    expect(compileCode(filter)).toBe(code)
  })

  it('refuses a filter that is nested too deep, and takes one that is not', () => {
    const nested = (levels: number): Record<string, unknown> =>
      levels === 0 ? { a: 1 } : { $and: [nested(levels - 1)] }
    expect(compileCode(nested(90))).toBeUndefined()
    expect(compileCode(nested(150))).toBe(2)
  })
})

describe('$expr', () => {
  it('evaluates an expression over the document, the time and variables', () => {
    expect(matches({ $expr: { $gt: ['$a', '$b'] } }, { a: 2, b: 1 })).toBe(true)
    const context = { now: new Date(5), variables: new Map([['limit', documentOf({ v: 3 })]]) }
    const filter = compileFilter(documentOf({ $expr: { $gt: ['$a', '$$limit.v'] } }), context)
    expect(filter.matches(documentOf({ a: 4 }))).toBe(true)
    expect(filter.matches(documentOf({ a: 3 }))).toBe(false)
    expect(
      compileFilter(documentOf({ $expr: { $eq: ['$$NOW', '$t'] } }), context).matches(documentOf({ t: new Date(5) })),
    ).toBe(true)
  })

  it('refuses an unknown expression when it is compiled', () => {
    expect(compileCode({ $expr: { $nope: 1 } })).toBe(168)
    expect(compileCode({ $expr: '$$unknown' })).toBe(17276)
  })

  it('is refused inside arrays, and where the context does not allow it', () => {
    expect(compileCode({ a: { $elemMatch: { $expr: true } } })).toBe(2)
    expect(compileCode({ a: { $elemMatch: { $and: [{ $expr: true }] } } })).toBe(2)
    expect(compileCode({ $and: [{ $expr: true }] })).toBeUndefined()
    expect(compileCode({ $expr: true }, { allowExpr: false })).toBe(224)
  })
})
