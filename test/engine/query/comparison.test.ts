import { describe, expect, it } from 'vitest'
import { BSONRegExp, Decimal128, Double, Long, MaxKey, MinKey, Timestamp, UNDEFINED } from '../../../src/bson/values.ts'
import { compileFilter } from '../../../src/engine/query/filter.ts'
import { documentOf } from '../../support/documents.ts'
import { compileCode, matches } from './matching.ts'

const NaNDouble = new Double(NaN)

describe('equality', () => {
  it.each([
    ['equal numbers of different types', { a: new Long(1) }, { a: 1 }, true],
    ['a decimal and a double of the same value', { a: Decimal128.fromString('2.50') }, { a: 2.5 }, true],
    ['strings and numbers', { a: '1' }, { a: 1 }, false],
    ['null with a missing field', { a: null }, {}, true],
    ['null with null', { a: null }, { a: null }, true],
    ['null with a value', { a: null }, { a: 0 }, false],
    ['null with an array that holds it', { a: null }, { a: [1, null] }, true],
    ['null with an empty array', { a: null }, { a: [] }, false],
    ['an array as a whole', { a: [1, 2] }, { a: [1, 2] }, true],
    ['an array inside an array', { a: [1, 2] }, { a: [[1, 2], 3] }, true],
    ['an array with another order', { a: [2, 1] }, { a: [1, 2] }, false],
    ['an element of an array', { a: 2 }, { a: [1, 2] }, true],
    ['an element two arrays down', { a: 2 }, { a: [[2]] }, false],
    ['a document with the same field order', { a: { x: 1, y: 2 } }, { a: { x: 1, y: 2 } }, true],
    ['a document with another field order', { a: { y: 2, x: 1 } }, { a: { x: 1, y: 2 } }, false],
    ['an empty document', { a: {} }, { a: {} }, true],
    ['NaN with NaN of another type', { a: NaNDouble }, { a: Decimal128.fromString('NaN') }, true],
    ['negative zero with zero', { a: new Double(-0) }, { a: 0 }, true],
    ['a reference, which is no operator', { a: { $ref: 'c', $id: 1 } }, { a: { $ref: 'c', $id: 1 } }, true],
    ['a regular expression by $eq', { a: { $eq: new BSONRegExp('x', '') } }, { a: 'x' }, false],
    ['a regular expression as a value', { a: { $eq: new BSONRegExp('x') } }, { a: new BSONRegExp('x') }, true],
    ['a timestamp and a long', { a: new Timestamp({ t: 0, i: 5 }) }, { a: new Long(5) }, false],
  ])('compares %s', (_title, filter, fields, expected) => {
    expect(matches(filter, fields)).toBe(expected)
  })

  it('does not take undefined for null', () => {
    expect(compileFilter(documentOf({ a: null })).matches(new Map([['a', UNDEFINED]]))).toBe(false)
  })
})

describe('order', () => {
  it.each([
    ['a greater number', { $gt: 1 }, 2, true],
    ['an equal number', { $gt: 1 }, 1, false],
    ['an equal number with $gte', { $gte: new Long(1) }, 1, true],
    ['another type', { $gt: 1 }, 'z', false],
    ['a missing field', { $lt: 1 }, undefined, false],
    ['NaN below a number', { $lt: 5 }, NaNDouble, false],
    ['NaN with NaN and $lte', { $lte: NaNDouble }, NaNDouble, true],
    ['NaN with NaN and $lt', { $lt: NaNDouble }, NaNDouble, false],
    ['a number above NaN', { $gt: NaNDouble }, 1, false],
    ['a long beyond a double', { $gt: new Double(2 ** 53) }, Long.fromString('9007199254740993'), true],
    ['null with $gte and null', { $gte: null }, undefined, true],
    ['null with $gt and null', { $gt: null }, null, false],
    ['anything above MinKey', { $gt: new MinKey() }, 'x', true],
    ['MinKey above MinKey', { $gt: new MinKey() }, new MinKey(), false],
    ['MinKey with $gte', { $gte: new MinKey() }, new MinKey(), true],
    ['anything below MaxKey', { $lt: new MaxKey() }, 1, true],
    ['anything above MaxKey', { $gt: new MaxKey() }, 1, false],
    ['some element', { $gt: 4 }, [1, 5], true],
    ['different elements for each bound', { $gt: 4, $lt: 2 }, [1, 5], true],
    ['arrays as a whole', { $gt: [1] }, [1, 0], true],
    ['documents as a whole', { $gt: { x: 1 } }, { x: 2 }, true],
    ['dates', { $lt: new Date(1) }, new Date(0), true],
    ['booleans', { $gt: false }, true, true],
  ])('compares %s', (_title, condition, value, expected) => {
    expect(matches({ a: condition }, value === undefined ? {} : { a: value })).toBe(expected)
  })
})

describe('$ne', () => {
  it('matches what equality does not', () => {
    expect(matches({ a: { $ne: 1 } }, { a: [1, 2] })).toBe(false)
    expect(matches({ a: { $ne: 1 } }, {})).toBe(true)
    expect(matches({ a: { $ne: null } }, {})).toBe(false)
  })
})

describe('$in and $nin', () => {
  it.each([
    ['one of the values', { $in: [1, 'x'] }, 'x', true],
    ['equal numbers of other types', { $in: [new Long(3)] }, 3, true],
    ['null as missing', { $in: [1, null] }, undefined, true],
    ['no null as missing', { $in: [1] }, undefined, false],
    ['an element', { $in: [2] }, [1, 2], true],
    ['an array as a whole', { $in: [[1, 2]] }, [1, 2], true],
    ['a regular expression', { $in: [new BSONRegExp('^a', 'i')] }, 'Abc', true],
    ['an empty list', { $in: [] }, 1, false],
    ['an empty list with $nin', { $nin: [] }, undefined, true],
    ['a listed value with $nin', { $nin: [1] }, [1, 2], false],
    ['a missing field with $nin', { $nin: [1] }, undefined, true],
    ['a missing field with null in $nin', { $nin: [null] }, undefined, false],
  ])('take %s', (_title, condition, value, expected) => {
    expect(matches({ a: condition }, value === undefined ? {} : { a: value })).toBe(expected)
  })
})

describe('operands that cannot be compared with', () => {
  it.each([
    ['an unknown operator', { a: { $nope: 1 } }],
    ['a name among operators', { a: { $gt: 1, x: 1 } }],
    ['a regular expression with $gt', { a: { $gt: new BSONRegExp('x') } }],
    ['a regular expression with $ne', { a: { $ne: new BSONRegExp('x') } }],
    ['no list with $in', { a: { $in: 5 } }],
    ['no list with $nin', { a: { $nin: {} } }],
    ['an operator inside $in', { a: { $in: [{ $gt: 1 }] } }],
  ])('are refused: %s', (_title, filter) => {
    expect(compileCode(filter)).toBe(2)
  })

  it('are refused: undefined', () => {
    for (const operator of ['$eq', '$gt', '$lte', '$ne']) {
      const filter = new Map([['a', new Map([[operator, UNDEFINED]])]])
      expect(() => compileFilter(filter)).toThrow(expect.objectContaining({ code: 2 }))
    }
    expect(() => compileFilter(new Map([['a', UNDEFINED]]))).toThrow(expect.objectContaining({ code: 2 }))
    expect(() => compileFilter(new Map([['a', new Map([['$in', [UNDEFINED]]])]]))).toThrow(
      expect.objectContaining({ code: 2 }),
    )
  })
})
