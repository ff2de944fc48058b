import { describe, expect, it } from 'vitest'
import { Long, UNDEFINED } from '../../../src/bson/values.ts'
import { compileExpression, createScope } from '../../../src/engine/expressions/expression.ts'
import { documentOf, show, toBson } from '../../support/documents.ts'
import { evaluate, expectError, titled, type ErrorRow, type Row } from './evaluate.ts'

const nested = { a: { b: 1 }, list: [{ b: 1 }, { c: 2 }, 5, [{ b: 9 }], { b: null }], n: null }

const VALUES: Row[] = [
  ['$a', '{b: 1}', nested],
  ['$a.b', '1', nested],
  ['$a.b.c', 'missing', nested],
  ['$list.b', '[1, null]', nested],
  ['$list.0', '[]', nested],
  ['$missing', 'missing', nested],
  ['$n.x', 'missing', nested],
  ['$$ROOT.a.b', '1', nested],
  ['$$CURRENT.a', '{b: 1}', nested],
  ['$$REMOVE', 'missing', nested],
  ['$$NOW', '2024-02-29T12:34:56.789Z'],
  ['plain', '"plain"'],
  ['', '""'],
  [{}, '{}'],
  [['$missing', 1], '[null, 1]', nested],
  [{ x: '$missing', y: '$a.b', z: { w: ['$n'] } }, '{y: 1, z: {w: [null]}}', nested],
  [{ $literal: '$a' }, '"$a"', nested],
  [{ $literal: { $add: [1, 2] } }, '{$add: [1, 2]}'],
  [{ $let: { vars: { x: 1, y: '$a.b' }, in: { $add: ['$$x', '$$y'] } } }, '2', nested],
  [{ $let: { vars: { x: '$a' }, in: '$$x.b' } }, '1', nested],
  [{ $let: { vars: { x: '$gone' }, in: { $type: '$$x' } } }, '"missing"', nested],
  [{ $let: { vars: { CURRENT: '$a' }, in: '$b' } }, '1', nested],
  [{ $let: { vars: { x: 1 }, in: { $let: { vars: { x: 2, y: '$$x' }, in: ['$$x', '$$y'] } } } }, '[2, 1]'],
  // names of JavaScript's own are names like others
  ['$__proto__', 'missing'],
  ['$constructor.name', 'missing'],
  ['$toString', 'missing'],
  ['$_bsontype', '"Long"', { _bsontype: 'Long' }],
]

const ERRORS: ErrorRow[] = [
  [{ $nope: 1 }, 168, "Unrecognized expression '$nope'"],
  [{ $constructor: 1 }, 168, "Unrecognized expression '$constructor'"],
  [{ $__proto__: 1 }, 168, "Unrecognized expression '$__proto__'"],
  [{ $eq: [1] }, 16020, 'Expression $eq takes exactly 2 arguments. 1 were passed in.'],
  [{ $not: [1, 2] }, 16020, 'Expression $not takes exactly 1 arguments. 2 were passed in.'],
  ['$$nope', 17276, 'Use of undefined variable: nope'],
  ['$', 16872, "'$' by itself is not a valid FieldPath"],
  ['$$', 9, 'empty variable names are not allowed'],
  ['$a.', 40353, "FieldPath must not end with a '.'."],
  ['$a..b', 15998, 'FieldPath field names may not be empty strings.'],
  ['$a.$b', 16410, /may not start with '\$'/],
  [{ $add: [1], $sub: 2 }, 15983, /must have exactly one field/],
  [{ a: 1, $b: 2 }, 16410, /may not start with '\$'/],
  [{ 'a.b': 1 }, 16412, /may not contain '\.'/],
  ['$$CLUSTER_TIME', 51144, "Builtin variable '$$CLUSTER_TIME' is not available"],
  [{ $let: 1 }, 16874, '$let only supports an object as its argument, found: int'],
  [{ $let: { vars: {}, in: 1, x: 1 } }, 16875, 'Unrecognized argument to $let: x'],
  [{ $let: { in: 1 } }, 16876, "Missing 'vars' parameter to $let"],
  [{ $let: { vars: {} } }, 16877, "Missing 'in' parameter to $let"],
  [{ $let: { vars: { X: 1 }, in: 1 } }, 9, /starts with an invalid character/],
  [{ $let: { vars: { 'x-y': 1 }, in: 1 } }, 9, /contains an invalid character/],
  [{ $let: { vars: { ROOT: 1 }, in: 1 } }, 9, /starts with an invalid character/],
]

describe('compileExpression', () => {
  it.each(titled(VALUES))('evaluates %s', (_, [expression, result, root]) => {
    expect(evaluate(expression, root)).toBe(result)
  })

  it.each(titled(ERRORS))('refuses %s', (_, [expression, code, message, root]) => {
    expectError(expression, code, message, root)
  })

  it('knows the let variables that it is told of', () => {
    const expression = compileExpression('$$mine.x', ['mine'])
    const variables = new Map([['mine', documentOf({ x: 7 })]])
    expect(show(expression(createScope(documentOf({}), variables)))).toBe('7')
  })

  it('leaves the document as it is', () => {
    const root = documentOf({ a: { b: 1 } })
    const result = compileExpression(toBson({ $mergeObjects: ['$a', { b: 2 }] }))(createScope(root))
    expect(show(result)).toBe('{b: 2}')
    expect(show(root)).toBe('{a: {b: 1}}')
  })

  it('keeps the fields that JavaScript objects treat specially', () => {
    const root = new Map([['__proto__', documentOf({ x: 1 })]])
    const result = compileExpression(new Map([['__proto__', '$__proto__.x']]))(createScope(root))
    expect([...(result as Map<string, unknown>).keys()]).toEqual(['__proto__'])
    expect(show(result)).toBe('{__proto__: 1}')
  })
})

const LOGIC: Row[] = [
  [{ $and: [] }, 'true'],
  [{ $or: [] }, 'false'],
  [{ $and: [1, 'x', []] }, 'true'],
  [{ $and: [1, null] }, 'false'],
  [{ $or: [0, '$missing', Long.fromInt(0)] }, 'false'],
  [{ $or: [false, ''] }, 'true'],
  [{ $or: [true, { $divide: [1, 0] }] }, 'true'],
  [{ $not: [NaN] }, 'false'],
  [{ $not: '$missing' }, 'true'],
  [{ $cond: [true, 'yes', { $divide: [1, 0] }] }, '"yes"'],
  [{ $cond: { if: 0, then: 1, else: '$missing' } }, 'missing'],
  [{ $ifNull: ['$missing', null, 5] }, '5'],
  [{ $ifNull: ['$missing', '$gone'] }, 'missing'],
  [
    {
      $switch: {
        branches: [
          { case: false, then: 1 },
          { case: 1, then: 2 },
        ],
      },
    },
    '2',
  ],
  [{ $switch: { branches: [{ case: false, then: 1 }], default: 'd' } }, '"d"'],
  [{ $eq: [1, Long.fromInt(1)] }, 'true'],
  [{ $eq: [1.0, 1] }, 'true'],
  [{ $eq: ['$missing', null] }, 'false'],
  [{ $lt: ['$missing', null] }, 'true'],
  [{ $eq: ['$missing', '$u'] }, 'true'],
  [{ $gt: [[], {}] }, 'true'],
  [{ $gt: ['a', 5] }, 'true'],
  [{ $lt: [NaN, 0] }, 'true'],
  [
    {
      $ne: [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    },
    'true',
  ],
  [{ $cmp: [2, 10] }, '-1'],
  [{ $cmp: ['b', 'a'] }, '1'],
  [{ $gte: [2, 2.0] }, 'true'],
  [{ $lte: [new Date(1), new Date(2)] }, 'true'],
]

const LOGIC_ERRORS: ErrorRow[] = [
  [{ $cond: [1, 2] }, 16020, 'Expression $cond takes exactly 3 arguments. 2 were passed in.'],
  [{ $cond: { if: 1, then: 2 } }, 17082, "Missing 'else' parameter to $cond"],
  [{ $cond: { if: 1, then: 2, else: 3, x: 4 } }, 17083, 'Unrecognized argument to $cond: x'],
  [{ $ifNull: [1] }, 1257300, '$ifNull needs at least two arguments, had: 1'],
  [{ $switch: 1 }, 40060, /requires an object/],
  [{ $switch: { branches: 1 } }, 40061, /expected an array for 'branches'/],
  [{ $switch: { branches: [1] } }, 40062, /a branch of \$switch only supports an object/],
  [{ $switch: { branches: [{ case: 1, then: 1, x: 1 }] } }, 40063, /Unrecognized argument to a branch of \$switch: x/],
  [{ $switch: { branches: [{ then: 1 }] } }, 40064, /Missing 'case' parameter to a branch/],
  [{ $switch: { branches: [{ case: 1 }] } }, 40065, /Missing 'then' parameter to a branch/],
  [{ $switch: { branches: [{ case: '$missing', then: 1 }] } }, 40066, /could not find a matching branch/],
  [{ $switch: { branches: [{ case: 0, then: 1 }] } }, 40069, /all the cases evaluate to false/],
  [{ $switch: { branches: [{ case: { $literal: null }, then: 1 }] } }, 40069, /all the cases evaluate to false/],
  [{ $switch: { branches: [{ case: 0, then: 1 }], x: 1 } }, 40067, /unknown argument: x/],
  [{ $switch: { branches: [] } }, 40068, /at least one branch/],
]

describe('logic and comparison', () => {
  it.each(titled(LOGIC))('evaluates %s', (_, [expression, result]) => {
    expect(evaluate(expression, { u: UNDEFINED })).toBe(result)
  })

  it.each(titled(LOGIC_ERRORS))('refuses %s', (_, [expression, code, message]) => {
    expectError(expression, code, message)
  })
})
