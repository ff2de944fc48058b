import { describe, expect, it } from 'vitest'
import { evaluate, expectError, titled, type ErrorRow, type Row } from './evaluate.ts'

const root = { l: [3, 1, 2], e: [], o: { a: 1, b: { c: 2 } }, docs: [{ k: 2 }, { k: 1 }, 5], n: null, s: 'text' }

const ROWS: Row[] = [
  [{ $arrayElemAt: ['$l', 0] }, '3'],
  [{ $arrayElemAt: ['$l', -1] }, '2'],
  [{ $arrayElemAt: ['$l', 9] }, 'missing'],
  [{ $arrayElemAt: ['$gone', 0] }, 'null'],
  [{ $first: '$l' }, '3'],
  [{ $last: [['a', 'b']] }, '"b"'],
  [{ $first: '$e' }, 'missing'],
  [{ $in: [2.0, '$l'] }, 'true'],
  [{ $in: ['x', '$l'] }, 'false'],
  [{ $isArray: '$l' }, 'true'],
  [{ $isArray: [[]] }, 'true'],
  [{ $isArray: '$s' }, 'false'],
  [{ $size: '$l' }, '3'],
  [{ $size: [[1, 2]] }, '2'],
  [{ $slice: ['$l', 2] }, '[3, 1]'],
  [{ $slice: ['$l', -2] }, '[1, 2]'],
  [{ $slice: ['$l', 1, 5] }, '[1, 2]'],
  [{ $slice: ['$l', -9, 1] }, '[3]'],
  [{ $slice: ['$n', 1] }, 'null'],
  [{ $concatArrays: ['$l', [9], []] }, '[3, 1, 2, 9]'],
  [{ $concatArrays: ['$l', '$n'] }, 'null'],
  [{ $concatArrays: [] }, '[]'],
  [{ $range: [0, 3] }, '[0, 1, 2]'],
  [{ $range: [5, 0, -2] }, '[5, 3, 1]'],
  [{ $range: [0, 3, -1] }, '[]'],
  [{ $map: { input: '$l', in: { $add: ['$$this', 1] } } }, '[4, 2, 3]'],
  [{ $map: { input: '$docs', as: 'd', in: '$$d.k' } }, '[2, 1, null]'],
  [{ $map: { input: '$n', in: 1 } }, 'null'],
  [
    { $map: { input: '$l', as: 'a', in: { $map: { input: [10], as: 'b', in: ['$$a', '$$b'] } } } },
    '[[[3, 10]], [[1, 10]], [[2, 10]]]',
  ],
  [{ $filter: { input: '$l', cond: { $gt: ['$$this', 1] } } }, '[3, 2]'],
  [{ $filter: { input: '$l', as: 'x', cond: true, limit: 1 } }, '[3]'],
  [{ $filter: { input: '$gone', cond: true } }, 'null'],
  [{ $reduce: { input: '$l', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, '6'],
  [{ $reduce: { input: '$e', initialValue: 'i', in: 1 } }, '"i"'],
  [{ $reduce: { input: '$n', initialValue: 0, in: 1 } }, 'null'],
  [{ $sortArray: { input: '$l', sortBy: 1 } }, '[1, 2, 3]'],
  [{ $sortArray: { input: '$l', sortBy: -1 } }, '[3, 2, 1]'],
  [{ $sortArray: { input: '$docs', sortBy: { k: 1 } } }, '[5, {k: 1}, {k: 2}]'],
  [
    {
      $arrayToObject: [
        [
          { k: 'a', v: 1 },
          { k: 'b', v: 2 },
        ],
      ],
    },
    '{a: 1, b: 2}',
  ],
  [{ $arrayToObject: [[['a', 1]]] }, '{a: 1}'],
  [{ $arrayToObject: '$e' }, '{}'],
  [{ $objectToArray: '$o' }, '[{k: "a", v: 1}, {k: "b", v: {c: 2}}]'],
  [{ $objectToArray: '$n' }, 'null'],
  [{ $mergeObjects: ['$o', { a: 9 }, null] }, '{a: 9, b: {c: 2}}'],
  [{ $mergeObjects: [] }, '{}'],
  [{ $getField: 's' }, '"text"'],
  [{ $getField: { field: 'a', input: '$o' } }, '1'],
  [
    {
      $getField: {
        field: { $literal: '$x' },
        input: { $setField: { field: { $literal: '$x' }, input: {}, value: 7 } },
      },
    },
    '7',
  ],
  [{ $getField: { field: 'a.b', input: '$o' } }, 'missing'],
  [{ $getField: { field: 'a', input: '$gone' } }, 'missing'],
  [{ $setField: { field: 'a.b', input: '$o', value: 5 } }, '{a: 1, b: {c: 2}, a.b: 5}'],
  [{ $setField: { field: 'a', input: '$o', value: '$$REMOVE' } }, '{b: {c: 2}}'],
  [{ $unsetField: { field: 'a', input: '$o' } }, '{b: {c: 2}}'],
]

const ERRORS: ErrorRow[] = [
  [{ $arrayElemAt: ['x', 0] }, 28689, "$arrayElemAt's first argument must be an array, but is string"],
  [{ $arrayElemAt: [[1], 'x'] }, 28690, /must be a numeric value, but is string/],
  [{ $arrayElemAt: [[1], 1.5] }, 28691, /representable as a 32-bit integer: 1.5/],
  [{ $first: 5 }, 28689, "$first's argument must be an array, but is int"],
  [{ $in: [1, 2] }, 40081, '$in requires an array as a second argument, found: int'],
  [{ $in: [1, '$gone'] }, 40081, '$in requires an array as a second argument, found: missing'],
  [{ $size: 'x' }, 17124, 'The argument to $size must be an array, but was of type: string'],
  [{ $size: '$gone' }, 17124, 'The argument to $size must be an array, but was of type: missing'],
  [{ $slice: ['x', 1] }, 28724, /First argument to \$slice must be an array/],
  [{ $slice: [[1], 'x'] }, 28725, /Second argument to \$slice must be a numeric value/],
  [{ $slice: [[1], 1, 0] }, 28729, 'Third argument to $slice must be positive: 0'],
  [{ $concatArrays: [[1], 2] }, 28664, '$concatArrays only supports arrays, not int'],
  [{ $range: ['a', 1] }, 34443, /numeric starting value, found value of type: string/],
  [{ $range: [1.5, 1] }, 34444, /starting value that can be represented as a 32-bit integer, found value: 1.5/],
  [{ $range: [1, 'a'] }, 34445, /numeric ending value/],
  [{ $range: [1, 2, 0] }, 34449, '$range requires a non-zero step value'],
  [{ $range: [0, 2147483647] }, 146, /too much memory/],
  [{ $map: { in: 1 } }, 16880, "Missing 'input' parameter to $map"],
  [{ $map: { input: [] } }, 16882, "Missing 'in' parameter to $map"],
  [{ $map: { input: 'x', in: 1 } }, 16883, 'input to $map must be an array not string'],
  [{ $map: { input: [], in: 1, x: 1 } }, 16879, 'Unrecognized parameter to $map: x'],
  [{ $map: { input: [], in: '$$value' } }, 17276, 'Use of undefined variable: value'],
  [{ $filter: 1 }, 28646, '$filter only supports an object as its argument'],
  [{ $filter: { input: [] } }, 28650, "Missing 'cond' parameter to $filter"],
  [{ $filter: { input: 'x', cond: 1 } }, 28651, 'input to $filter must be an array not string'],
  [{ $filter: { input: [1], cond: 1, limit: 0 } }, 327392, '$filter: limit must be greater than 0: 0'],
  [{ $reduce: { input: 1, initialValue: 0, in: 1 } }, 40080, /'input' be an array, found: 1/],
  [{ $reduce: { input: [], in: 1 } }, 40078, "$reduce requires 'initialValue' to be specified"],
  [{ $sortArray: { input: 1, sortBy: 1 } }, 2942504, /must be an array, but was of type: int/],
  [{ $sortArray: { input: [] } }, 2942503, /'sortBy' to be specified/],
  [{ $arrayToObject: 1 }, 40386, '$arrayToObject requires an array input, found: int'],
  [{ $arrayToObject: [[{ k: 'a' }]] }, 40392, /Found incorrect number of keys:1/],
  [{ $arrayToObject: [[{ k: 1, v: 1 }]] }, 40394, /must be of type string. Found type: int/],
  [{ $arrayToObject: [[['a']]] }, 40397, /array of size: 1/],
  [{ $arrayToObject: [[['a', 1], { k: 'a', v: 1 }]] }, 40396, /Array was detected, now found: object/],
  [{ $arrayToObject: [[1]] }, 40398, /Unrecognised input type format/],
  [{ $objectToArray: 1 }, 40390, '$objectToArray requires a document input, found: int'],
  [{ $mergeObjects: [1] }, 40400, '$mergeObjects requires object inputs, but input 1 is of type int'],
]

describe('arrays, sets and objects', () => {
  it.each(titled(ROWS))('evaluates %s', (_, [expression, result]) => {
    expect(evaluate(expression, root)).toBe(result)
  })

  it.each(titled(ERRORS))('refuses %s', (_, [expression, code, message]) => {
    expectError(expression, code, message)
  })

  it('ends a list that doubles without end before it fills the memory', () => {
    const input = Array.from({ length: 40 }, () => 1)
    const doubling = { $reduce: { input, initialValue: [1], in: { $concatArrays: ['$$value', '$$value'] } } }
    expectError(doubling, 146, /too much memory/)
    const text = { $reduce: { input, initialValue: 'xxxxxxxx', in: { $concat: ['$$value', '$$value'] } } }
    expectError(text, 10334, /string of/)
  })

  it('ends a value that shares its parts before it cannot be written any more', () => {
    const input = Array.from({ length: 60 }, () => 1)
    const doubling = { $reduce: { input, initialValue: 1, in: ['$$value', '$$value'] } }
    expectError(doubling, 10334, /BSONObj size is invalid/)
    const deep = { $reduce: { input: { $range: [0, 10_000] }, initialValue: 1, in: { a: '$$value' } } }
    expectError(deep, 15, /maximum nested object depth/)
  })
})
