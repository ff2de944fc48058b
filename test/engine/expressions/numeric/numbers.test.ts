import { describe, expect, it } from 'vitest'
import { Decimal128, Double, Long, Timestamp } from '../../../../src/bson/values.ts'
import { accumulate, evaluate, expectError, titled, type ErrorRow, type Row } from '../evaluate.ts'

const dec = (text: string): Decimal128 => Decimal128.fromString(text)
const long = (value: string | number): Long => Long.fromString(String(value))
const double = (value: number): Double => new Double(value)
const MAX_INT = 2147483647
const MAX_LONG = Long.MAX_VALUE

const ROWS: Row[] = [
  [{ $add: [1, 2] }, '3'],
  [{ $add: [] }, '0'],
  [{ $add: 5 }, '5'],
  [{ $add: [1, double(2)] }, '3.0'],
  [{ $add: [1, long(2)] }, '3L'],
  [{ $add: [1, dec('2.50')] }, '3.50m'],
  [{ $add: [MAX_INT, 1] }, '2147483648L'],
  [{ $add: [MAX_LONG, 1] }, '9223372036854776000'],
  [{ $add: [MAX_INT, 1, -1] }, '2147483647'],
  [{ $add: [long('9007199254740993'), 1] }, '9007199254740994L'],
  [{ $add: [0.1, 0.2, 0.3] }, '0.6000000000000001'],
  [{ $add: [1e308, 1e308] }, 'Infinity'],
  [{ $add: [Infinity, -Infinity] }, 'NaN'],
  [{ $add: [1, null] }, 'null'],
  [{ $add: [1, '$missing'] }, 'null'],
  [{ $add: [new Date(5), 3] }, '1970-01-01T00:00:00.008Z'],
  [{ $add: [1.5, new Date(5)] }, '1970-01-01T00:00:00.007Z'],
  [{ $subtract: [5, 7] }, '-2'],
  [{ $subtract: [-2147483648, 1] }, '-2147483649L'],
  [{ $subtract: [long(5), 7] }, '-2L'],
  [{ $subtract: [5, 0.5] }, '4.5'],
  [{ $subtract: [dec('1.1'), 1] }, '0.1m'],
  [{ $subtract: [new Date(1000), new Date(400)] }, '600L'],
  [{ $subtract: [new Date(1000), 400] }, '1970-01-01T00:00:00.600Z'],
  [{ $subtract: ['$missing', 1] }, 'null'],
  [{ $multiply: [3, 4] }, '12'],
  [{ $multiply: [] }, '1'],
  [{ $multiply: [MAX_INT, 2] }, '4294967294L'],
  [{ $multiply: [MAX_LONG, 2] }, '18446744073709552000'],
  [{ $multiply: [2, 0.5] }, '1.0'],
  [{ $multiply: [dec('1.20'), 2] }, '2.40m'],
  [{ $multiply: [2, null] }, 'null'],
  [{ $divide: [6, 3] }, '2.0'],
  [{ $divide: [1, 3] }, String(1 / 3)],
  [{ $divide: [dec('1'), 3] }, '0.3333333333333333333333333333333333m'],
  [{ $divide: [dec('6'), 3] }, '2m'],
  [{ $divide: [dec('2'), 3] }, '0.6666666666666666666666666666666667m'],
  [{ $divide: [null, 0] }, 'null'],
  [{ $mod: [7, 3] }, '1'],
  [{ $mod: [-7, 3] }, '-1'],
  [{ $mod: [7, long(4)] }, '3L'],
  [{ $mod: [7.5, 2] }, '1.5'],
  [{ $mod: [7, double(3)] }, '1'],
  [{ $mod: [dec('7.5'), 2] }, '1.5m'],
  [{ $abs: -5 }, '5'],
  [{ $abs: -2147483648 }, '2147483648L'],
  [{ $abs: dec('-1.50') }, '1.50m'],
  [{ $abs: null }, 'null'],
  [{ $ceil: 1.2 }, '2.0'],
  [{ $ceil: -1.2 }, '-1.0'],
  [{ $floor: -1.2 }, '-2.0'],
  [{ $floor: 7 }, '7'],
  [{ $floor: dec('1.9') }, '1m'],
  [{ $round: 2.5 }, '2.0'],
  [{ $round: 3.5 }, '4.0'],
  [{ $round: [19.25, 1] }, '19.2'],
  [{ $round: [2.675, 2] }, '2.67'],
  [{ $round: [1234, -2] }, '1200'],
  [{ $round: [1250, -2] }, '1200'],
  [{ $round: [1350, -2] }, '1400'],
  [{ $round: [MAX_INT, -1] }, '2147483650L'],
  [{ $round: [dec('1.005'), 2] }, '1.00m'],
  [{ $round: [NaN] }, 'NaN'],
  [{ $round: ['$missing', 1] }, 'null'],
  [{ $trunc: [-1.97, 1] }, '-1.9'],
  [{ $trunc: 19.9 }, '19.0'],
  [{ $trunc: [199, -2] }, '100'],
  [{ $pow: [2, 10] }, '1024'],
  [{ $pow: [2, 31] }, '2147483648L'],
  [{ $pow: [2, 63] }, '9223372036854776000'],
  [{ $pow: [2, -1] }, '0.5'],
  [{ $pow: [-1, -3] }, '-1'],
  [{ $pow: [long(3), 2] }, '9L'],
  [{ $pow: [2, 0.5] }, String(Math.SQRT2)],
  [{ $pow: [dec('1.1'), 2] }, '1.21000000000000m'],
  [{ $sqrt: 16 }, '4.0'],
  [{ $exp: 0 }, '1.0'],
  [{ $ln: 1 }, '0.0'],
  [{ $log10: 1000 }, '3.0'],
  [{ $log: [8, 2] }, String(Math.log(8) / Math.log(2)) === '3' ? '3.0' : String(Math.log(8) / Math.log(2))],
  [{ $tsSecond: new Timestamp({ t: 7, i: 9 }) }, '7L'],
  [{ $tsIncrement: new Timestamp({ t: 7, i: 9 }) }, '9L'],
]

const ERRORS: ErrorRow[] = [
  [{ $add: [1, 'x'] }, 14, '$add only supports numeric or date types, not string'],
  [{ $add: [new Date(1), new Date(2)] }, 16612, 'only one date allowed in an $add expression'],
  [{ $subtract: ['a', 1] }, 14, "can't $subtract int from string"],
  [{ $subtract: [1, new Date(1)] }, 14, "can't $subtract date from int"],
  [{ $multiply: [1, 'x'] }, 14, '$multiply only supports numeric types, not string'],
  [{ $divide: [1, 0] }, 2, "can't $divide by zero"],
  [{ $divide: [1, dec('0.00')] }, 2, "can't $divide by zero"],
  [{ $divide: ['a', 1] }, 14, '$divide only supports numeric types, not string and int'],
  [{ $mod: [1, 0] }, 16610, "can't $mod by zero"],
  [{ $mod: ['a', 1] }, 16611, '$mod only supports numeric types, not string and int'],
  [{ $abs: 'x' }, 28765, '$abs only supports numeric types, not string'],
  [{ $abs: Long.MIN_VALUE }, 28680, "can't take $abs of long long min"],
  [{ $sqrt: -1 }, 28714, "$sqrt's argument must be greater than or equal to 0"],
  [{ $ln: 0 }, 28766, "$ln's argument must be a positive number, but is 0"],
  [{ $log10: -1 }, 28761, "$log10's argument must be a positive number, but is -1"],
  [{ $log: [1, 1] }, 28759, "$log's base must be a positive number not equal to 1, but is 1"],
  [{ $log: ['a', 1] }, 28756, "$log's argument must be numeric, not string"],
  [{ $pow: [0, -1] }, 28764, '$pow cannot take a base of 0 and a negative exponent'],
  [{ $pow: ['a', 1] }, 28762, "$pow's base must be numeric, not string"],
  [{ $round: [1, 1.5] }, 51082, /must be a integral value/],
  [{ $round: [1, 101] }, 51083, /value must be in \[-20, 100\]/],
  [{ $round: ['a'] }, 51081, '$round only supports numeric types, not string'],
  [{ $round: [1, 2, 3] }, 28667, /at least 1 arguments, and at most 2, but 3/],
]

const root = { list: [1, 2, 3] }

describe('numbers', () => {
  it.each(titled(ROWS))('evaluates %s', (_, [expression, result]) => {
    expect(evaluate(expression, root)).toBe(result)
  })

  it.each(titled(ERRORS))('refuses %s', (_, [expression, code, message]) => {
    expectError(expression, code, message)
  })

  it('sums many small doubles without losing them', () => {
    const list = Array.from({ length: 10_000 }, () => 0.1)
    expect(accumulate('$sum', list)).toBe('1000.0')
  })

  it('grows an int into a long only where it must', () => {
    expect(accumulate('$sum', [MAX_INT, MAX_INT, -MAX_INT])).toBe(String(MAX_INT))
  })

  it.each([
    ['$sum', [1, 'x', 2.5], '3.5'],
    ['$avg', [1, 2], '1.5'],
    ['$avg', ['x'], 'null'],
    ['$min', [3, null, 'a', 1], '1'],
    ['$max', [], 'null'],
  ])('%s accumulates %j', (name, values, expected) => {
    expect(accumulate(name, values)).toBe(expected)
  })
})
