import { describe, expect, it } from 'vitest'
import { beginWork } from '../../../src/bson/work-budget.ts'
import { evaluate, expectError, titled, type ErrorRow, type Row } from './evaluate.ts'

const root = { l: [3, 1, 2], e: [], o: { a: 1, b: { c: 2 } }, docs: [{ k: 2 }, { k: 1 }, 5], n: null, s: 'text' }

const ROWS: Row[] = [
  [{ $first: '$l' }, '3'],
  [{ $first: '$e' }, 'missing'],
  [{ $in: [2.0, '$l'] }, 'true'],
  [{ $in: ['x', '$l'] }, 'false'],
  [{ $size: '$l' }, '3'],
  [{ $size: [[1, 2]] }, '2'],
  [{ $slice: ['$l', 2] }, '[3, 1]'],
  [{ $slice: ['$l', -2] }, '[1, 2]'],
  [{ $slice: ['$l', 1, 5] }, '[1, 2]'],
  [{ $slice: ['$l', -9, 1] }, '[3]'],
  [{ $slice: ['$n', 1] }, 'null'],
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
  [{ $slice: ['x', 1] }, 28724, /First argument to \$slice must be an array/],
  [{ $slice: [[1], 'x'] }, 28725, /Second argument to \$slice must be a numeric value/],
  [{ $slice: [[1], 1, 0] }, 28729, 'Third argument to $slice must be positive: 0'],
  [{ $first: 5 }, 28689, '$first only supports arrays, not int'],
  [{ $in: [1, 2] }, 40081, '$in requires an array as a second argument, found: int'],
  [{ $in: [1, '$gone'] }, 40081, '$in requires an array as a second argument, found: missing'],
  [{ $size: 'x' }, 17124, 'The argument to $size must be an array, but was of type: string'],
  [{ $size: '$gone' }, 17124, 'The argument to $size must be an array, but was of type: missing'],
  [{ $sortArray: { input: 1, sortBy: 1 } }, 2942504, /must be an array, but was of type: int/],
  [{ $sortArray: { input: [] } }, 2942503, /Missing 'sortBy' parameter/],
  [{ $arrayToObject: 1 }, 40386, '$arrayToObject only supports arrays, not int'],
  [{ $arrayToObject: [[{ k: 'a' }]] }, 40392, /found: \{k: "a"\}/],
  [{ $arrayToObject: [[{ k: 1, v: 1 }]] }, 40394, /strings for names, found: \{k: 1, v: 1\}/],
  [{ $arrayToObject: [[['a']]] }, 40397, /found: \["a"\]/],
  [{ $arrayToObject: [[['a', 1], { k: 'a', v: 1 }]] }, 40396, /all alike.*found: \{k: "a", v: 1\}/],
  [{ $arrayToObject: [[1]] }, 40398, /found: 1/],
  [{ $mergeObjects: [1] }, 40400, '$mergeObjects requires object inputs, but input 1 is of type int'],
]

describe('arrays, sets and objects', () => {
  it.each(titled(ROWS))('evaluates %s', (_, [expression, result]) => {
    expect(evaluate(expression, root)).toBe(result)
  })

  it.each(titled(ERRORS))('refuses %s', (_, [expression, code, message]) => {
    expectError(expression, code, message)
  })

  it('ends a value that shares its parts before it cannot be written any more', () => {
    const nested = (levels: number, step: unknown): unknown =>
      Array.from({ length: levels }).reduce((inner) => ({ $let: { vars: { v: step }, in: inner } }), '$$v')
    const v = 'x'.repeat(1_000)
    const within = (levels: number, step: unknown) => ({ $let: { vars: { v }, in: nested(levels, step) } })
    beginWork()
    expectError(within(60, ['$$v', '$$v']), 10334, /BSONObj size is invalid/)
    beginWork()
    expectError(within(1_000, { a: '$$v' }), 15, /maximum nested object depth/)
  })
})
