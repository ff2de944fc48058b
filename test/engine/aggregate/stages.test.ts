import { describe, expect, it } from 'vitest'
import { documentOf, show, toBson } from '../../support/documents.ts'
import { titled } from '../expressions/evaluate.ts'
import { compilePipeline } from '../../../src/engine/aggregate/pipeline.ts'
import { Decimal128, Double, Long, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { contextOver } from './context.ts'
import { expectPipelineError, run, type Plain } from './run.ts'

type StageRow = readonly [stages: Plain[], result: string[], input?: Plain[]]

const DOCS: Plain[] = [
  { _id: 1, a: { b: 1, c: 2 }, tags: ['x', 'y'], n: 5 },
  { _id: 2, a: [{ b: 1, c: 2 }, 3, [{ b: 4 }]], n: 6 },
  { _id: 3, n: null },
]

const PROJECT: StageRow[] = [
  [[{ $project: { n: 1 } }], ['{_id: 1, n: 5}', '{_id: 2, n: 6}', '{_id: 3, n: null}']],
  [[{ $project: { _id: 0, n: true } }], ['{n: 5}', '{n: 6}', '{n: null}']],
  [[{ $project: { 'a.b': 1 } }], ['{_id: 1, a: {b: 1}}', '{_id: 2, a: [{b: 1}, [{b: 4}]]}', '{_id: 3}']],
  [[{ $project: { a: { b: 1 } } }], ['{_id: 1, a: {b: 1}}', '{_id: 2, a: [{b: 1}, [{b: 4}]]}', '{_id: 3}']],
  [[{ $project: { 'a.b': 0, tags: 0, n: 0 } }], ['{_id: 1, a: {c: 2}}', '{_id: 2, a: [{c: 2}, 3, [{}]]}', '{_id: 3}']],
  [[{ $project: { _id: 0 } }, { $limit: 1 }], ['{a: {b: 1, c: 2}, tags: ["x", "y"], n: 5}']],
  [[{ $project: { _id: 1 } }, { $limit: 1 }], ['{_id: 1}']],
  [[{ $project: { _id: 1, n: 0, a: 0, tags: 0 } }, { $limit: 1 }], ['{_id: 1}']],
  [[{ $project: { m: '$n' } }], ['{_id: 1, m: 5}', '{_id: 2, m: 6}', '{_id: 3, m: null}']],
  [[{ $project: { m: 'text', l: ['$n'] } }, { $limit: 1 }], ['{_id: 1, m: "text", l: [5]}']],
  [
    [{ $project: { 'a.d': { $add: ['$n', 1] } } }],
    ['{_id: 1, a: {d: 6}}', '{_id: 2, a: [{d: 7}, {d: 7}, [{d: 7}]]}', '{_id: 3, a: {d: null}}'],
  ],
  [[{ $project: { n: 1, _id: '$n' } }, { $limit: 1 }], ['{n: 5, _id: 5}']],
  [[{ $project: { gone: '$missing' } }, { $limit: 1 }], ['{_id: 1}']],
  [[{ $project: { n: { $literal: 1 } } }, { $limit: 1 }], ['{_id: 1, n: 1}']],
]

const ADD: StageRow[] = [
  [[{ $addFields: { n: 1, m: '$n' } }, { $limit: 1 }], ['{_id: 1, a: {b: 1, c: 2}, tags: ["x", "y"], n: 1, m: 5}']],
  [
    [{ $set: { 'a.b': 9 } }, { $project: { a: 1 } }],
    ['{_id: 1, a: {b: 9, c: 2}}', '{_id: 2, a: [{b: 9, c: 2}, {b: 9}, [{b: 9}]]}', '{_id: 3, a: {b: 9}}'],
  ],
  [[{ $set: { a: { b: 9 } } }, { $match: { _id: 3 } }], ['{_id: 3, n: null, a: {b: 9}}']],
  [[{ $set: { a: {} } }, { $match: { _id: 3 } }], ['{_id: 3, n: null, a: {}}']],
  [[{ $set: { n: '$$REMOVE' } }, { $match: { _id: 3 } }], ['{_id: 3}']],
  [[{ $set: { n: '$missing' } }, { $match: { _id: 3 } }], ['{_id: 3}']],
  [[{ $unset: 'a' }, { $match: { _id: 2 } }], ['{_id: 2, n: 6}']],
  [[{ $unset: ['a.b', 'n', 'tags'] }], ['{_id: 1, a: {c: 2}}', '{_id: 2, a: [{c: 2}, 3, [{}]]}', '{_id: 3}']],
  [[{ $replaceRoot: { newRoot: { x: '$n' } } }], ['{x: 5}', '{x: 6}', '{x: null}']],
  [[{ $replaceWith: { $mergeObjects: [{ z: 1 }, '$a'] } }, { $limit: 1 }], ['{z: 1, b: 1, c: 2}']],
  [[{ $match: { n: { $gt: 5 } } }, { $project: { _id: 1 } }], ['{_id: 2}']],
  [[{ $match: { $expr: { $gt: ['$n', 5] } } }, { $project: { _id: 1 } }], ['{_id: 2}']],
]

const ORDER: StageRow[] = [
  [
    [{ $sort: { n: -1 } }, { $project: { _id: 1 } }],
    ['{_id: 2}', '{_id: 1}', '{_id: 3}'],
  ],
  [[{ $skip: 1 }, { $limit: 1 }, { $project: { _id: 1 } }], ['{_id: 2}']],
  [[{ $skip: 0 }, { $count: 'total' }], ['{total: 3}']],
  [[{ $match: { _id: 99 } }, { $count: 'total' }], []],
  [[{ $limit: Long.MAX_VALUE }, { $count: 'total' }], ['{total: 3}']],
  [[{ $sample: { size: 10 } }, { $count: 'c' }], ['{c: 3}']],
]

const GROUP_DOCS: Plain[] = [
  { _id: 1, k: 'a', v: 1 },
  { _id: 2, k: 'b', v: 2.5 },
  { _id: 3, k: 'a', v: 3, o: { x: 1 } },
  { _id: 4, v: null },
  { _id: 5, k: null, v: 'text' },
]

const GROUP: StageRow[] = [
  [[{ $group: { _id: '$k', n: { $sum: 1 } } }], ['{_id: "a", n: 2}', '{_id: "b", n: 1}', '{_id: null, n: 2}']],
  [[{ $group: { _id: null, n: { $sum: '$v' } } }], ['{_id: null, n: 6.5}']],
  [[{ $match: { k: 'a' } }, { $group: { _id: 1, n: { $sum: '$v' }, m: { $avg: '$v' } } }], ['{_id: 1, n: 4, m: 2.0}']],
  [[{ $group: { _id: null, min: { $min: '$v' }, max: { $max: '$v' } } }], ['{_id: null, min: 1, max: "text"}']],
  [[{ $group: { _id: null, f: { $first: '$k' }, l: { $last: '$o' } } }], ['{_id: null, f: "a", l: null}']],
  [
    [{ $group: { _id: null, all: { $push: '$k' }, set: { $addToSet: '$k' } } }],
    ['{_id: null, all: ["a", "b", "a", null], set: ["a", "b", null]}'],
  ],
  [
    [{ $group: { _id: { k: '$k' }, c: { $count: {} } } }],
    ['{_id: {k: "a"}, c: 2}', '{_id: {k: "b"}, c: 1}', '{_id: {}, c: 1}', '{_id: {k: null}, c: 1}'],
  ],
  [[{ $group: { _id: null, m: { $mergeObjects: '$o' } } }], ['{_id: null, m: {x: 1}}']],
  [[{ $group: { _id: null, s: { $stdDevPop: '$v' } } }], ['{_id: null, s: 0.8498365855987975}']],
  [
    [{ $group: { _id: null, f: { $firstN: { n: 2, input: '$_id' } }, l: { $lastN: { n: 2, input: '$o' } } } }],
    ['{_id: null, f: [1, 2], l: [null, null]}'],
  ],
  [
    [{ $group: { _id: null, f: { $minN: { n: 2, input: '$_id' } }, l: { $maxN: { n: 2, input: '$_id' } } } }],
    ['{_id: null, f: [1, 2], l: [5, 4]}'],
  ],
  [
    [{ $group: { _id: null, t: { $top: { sortBy: { _id: -1 }, output: ['$_id', '$k'] } } } }],
    ['{_id: null, t: [5, null]}'],
  ],
  [
    [{ $group: { _id: null, b: { $bottomN: { n: 2, sortBy: { _id: 1 }, output: '$_id' } } } }],
    ['{_id: null, b: [4, 5]}'],
  ],
  [
    [
      { $group: { _id: '$k', t: { $firstN: { n: { $cond: [{ $eq: ['$k', 'x'] }, 1, 2] }, input: '$v' } } } },
      { $limit: 1 },
    ],
    ['{_id: "a", t: [1, 3]}'],
  ],
  [[{ $group: { _id: '$v', n: { $sum: 1 } } }, { $limit: 1 }], ['{_id: 1, n: 1}']],
]

const UNWIND: StageRow[] = [
  [[{ $unwind: '$l' }], ['{_id: 1, l: 1}', '{_id: 1, l: 2}', '{_id: 2, l: "s"}']],
  [
    [{ $unwind: { path: '$l', preserveNullAndEmptyArrays: true } }],
    ['{_id: 1, l: 1}', '{_id: 1, l: 2}', '{_id: 2, l: "s"}', '{_id: 3}', '{_id: 4, l: null}', '{_id: 5}'],
  ],
  [
    [{ $unwind: { path: '$l', includeArrayIndex: 'i' } }],
    ['{_id: 1, l: 1, i: 0L}', '{_id: 1, l: 2, i: 1L}', '{_id: 2, l: "s", i: null}'],
  ],
  [
    [{ $match: { _id: 3 } }, { $unwind: { path: '$l', includeArrayIndex: 'a.i', preserveNullAndEmptyArrays: true } }],
    ['{_id: 3, a: {i: null}}'],
  ],
]
const UNWIND_DOCS: Plain[] = [
  { _id: 1, l: [1, 2] },
  { _id: 2, l: 's' },
  { _id: 3, l: [] },
  { _id: 4, l: null },
  { _id: 5 },
]

const FACETS: StageRow[] = [
  [
    [{ $facet: { n: [{ $count: 'c' }], first: [{ $limit: 1 }, { $project: { n: 1 } }] } }],
    ['{n: [{c: 3}], first: [{_id: 1, n: 5}]}'],
  ],
  [
    [{ $redact: { $cond: [{ $eq: ['$c', 2] }, '$$PRUNE', '$$DESCEND'] } }],
    ['{_id: 1, tags: ["x", "y"], n: 5}', '{_id: 2, a: [3, [{b: 4}]], n: 6}', '{_id: 3, n: null}'],
  ],
  [[{ $redact: { $cond: [{ $eq: ['$$ROOT._id', 1] }, '$$KEEP', '$$PRUNE'] } }, { $project: { _id: 1 } }], ['{_id: 1}']],
]

describe('stages', () => {
  it.each(titled([...PROJECT, ...ADD, ...ORDER, ...FACETS]))('%s', (_, [stages, result, input = DOCS]) => {
    expect(run(stages, input)).toEqual(result)
  })

  it.each(titled(GROUP))('%s', (_, [stages, result]) => {
    expect(run(stages, GROUP_DOCS)).toEqual(result)
  })

  it.each(titled(UNWIND))('%s', (_, [stages, result]) => {
    expect(run(stages, UNWIND_DOCS)).toEqual(result)
  })

  it('groups numbers of equal value whatever their type', () => {
    const input = [{ v: 1 }, { v: Long.fromInt(1) }, { v: new Double(1) }, { v: Decimal128.fromString('1.0') }]
    expect(run([{ $group: { _id: '$v', n: { $sum: 1 } } }], input)).toEqual(['{_id: 1, n: 4}'])
  })

  it('reads no further than a limit needs', () => {
    let read = 0
    const source = function* (): Generator<BsonDocument> {
      for (;;) yield documentOf({ _id: read++ })
    }
    const stages = toBson([{ $match: { _id: { $gte: 2 } } }, { $limit: 2 }]) as BsonValue[]
    expect([...compilePipeline(stages, contextOver())(source())].map(show)).toEqual(['{_id: 2}', '{_id: 3}'])
    expect(read).toBe(4)
  })

  it('leaves the documents that come in as they are', () => {
    const input = DOCS.map(documentOf)
    const before = input.map(show)
    const stages = toBson([{ $set: { 'a.b': 7, n: 1 } }, { $unset: 'a.c' }, { $unwind: '$tags' }]) as BsonValue[]
    expect([...compilePipeline(stages, contextOver())(input)]).toHaveLength(2)
    expect(input.map(show)).toEqual(before)
  })

  it('carries fields with names that JavaScript treats specially', () => {
    const input = new Map<string, BsonValue>([
      ['_id', 'x'],
      ['__proto__', documentOf({ constructor: 1 })],
    ])
    const stages = [
      new Map([
        [
          '$group',
          new Map<string, BsonValue>([
            ['_id', '$__proto__'],
            ['__proto__', documentOf({ $push: '$$ROOT' })],
          ]),
        ],
      ]),
    ]
    expect([...compilePipeline(stages, contextOver())([input])].map(show)).toEqual([
      '{_id: {constructor: 1}, __proto__: [{_id: "x", __proto__: {constructor: 1}}]}',
    ])
  })
})

type ErrorRow = readonly [stages: unknown[], code: number, message: string | RegExp, input?: Plain[]]

const ERRORS: ErrorRow[] = [
  [[1], 14, "Each element of the 'pipeline' array must be an object"],
  [[{}], 40323, 'A pipeline stage specification object must contain exactly one field.'],
  [[{ $limit: 1, $skip: 1 }], 40323, 'A pipeline stage specification object must contain exactly one field.'],
  [[{ $nope: 1 }], 40324, "Unrecognized pipeline stage name: '$nope'"],
  [[{ $match: 5 }], 15959, 'the match filter must be an expression in an object'],
  [[{ $project: 5 }], 15969, '$project specification must be an object'],
  [[{ $project: {} }], 51272, 'Invalid $project :: caused by :: projection specification must have at least one field'],
  [
    [{ $project: { a: 1, b: 0 } }],
    31254,
    'Invalid $project :: caused by :: Cannot do exclusion on field b in inclusion projection',
  ],
  [
    [{ $project: { a: 0, b: 1 } }],
    31253,
    'Invalid $project :: caused by :: Cannot do inclusion on field b in exclusion projection',
  ],
  [
    [{ $project: { a: 0, b: { $add: [1] } } }],
    31252,
    /Cannot use expression other than \$meta in exclusion projection/,
  ],
  [[{ $project: { a: 0, b: 'x' } }], 31310, /Cannot use an expression/],
  [[{ $project: { 'a.b': 1, a: 1 } }], 31250, 'Invalid $project :: caused by :: Path collision at a'],
  [
    [{ $project: { a: 1, 'a.b': 1 } }],
    31249,
    'Invalid $project :: caused by :: Path collision at a.b remaining portion b',
  ],
  [[{ $project: { a: {} } }], 51270, /An empty sub-projection is not a valid value. Found empty object at path a/],
  [[{ $project: { $a: 1 } }], 16410, /may not start with '\$'/],
  [[{ $project: { 'a..b': 1 } }], 15998, /may not be empty/],
  [[{ $project: { a: { $nope: 1 } } }], 168, "Invalid $project :: caused by :: Unrecognized expression '$nope'"],
  [[{ $addFields: 1 }], 40272, '$addFields specification stage must be an object, got int'],
  [[{ $addFields: { a: 1, 'a.b': 1 } }], 40176, /Cannot specify both 'a.b' and 'a'/],
  [[{ $addFields: { a: { 'b.c': 1 } } }], 40183, /cannot use dotted field name 'b.c' in a sub object/],
  [[{ $addFields: { a: { $add: [1], $sub: 1 } } }], 40181, /must contain exactly one field/],
  [[{ $unset: 1 }], 31002, '$unset specification must be a string or an array'],
  [[{ $unset: [] }], 31119, /at least one field/],
  [[{ $unset: [1] }], 31120, /only string values/],
  [[{ $unset: ['a', 'a'] }], 31250, /Path collision at a/],
  [[{ $replaceRoot: 1 }], 40229, '$replaceRoot only supports an object as its argument, found: int'],
  [[{ $replaceRoot: { x: 1 } }], 40230, /Unrecognized argument to \$replaceRoot: x/],
  [[{ $replaceRoot: {} }], 40231, "Missing 'newRoot' parameter to $replaceRoot"],
  [
    [{ $replaceRoot: { newRoot: '$n' } }],
    40228,
    "'newRoot' expression must evaluate to an object, but resulting value was: 5. Type of resulting value: 'int'. Input document: {n: 5}",
    [{ n: 5 }],
  ],
  [
    [{ $replaceWith: '$gone' }],
    40228,
    /'replacement document' must evaluate to an object, but resulting value was: MISSING/,
    [{ n: 5 }],
  ],
  [[{ $redact: 'x' }], 17053, /but returned "x"/, [{ n: 5 }]],
  [[{ $sort: 1 }], 15973, 'the $sort key specification must be an object'],
  [[{ $sort: {} }], 15976, '$sort stage must have at least one sort key'],
  [[{ $sort: { a: 2 } }], 15975, /must be 1 \(for ascending\) or -1/],
  [[{ $limit: 0 }], 15958, 'the limit must be positive'],
  [[{ $limit: -1 }], 5107201, /Expected a non-negative number/],
  [[{ $limit: 'x' }], 5107201, /Expected a number/],
  [[{ $limit: 1.5 }], 5107201, /Expected an integer/],
  [[{ $skip: -1 }], 5107200, /Expected a non-negative number/],
  [[{ $count: 1 }], 40156, 'the count field must be a non-empty string'],
  [[{ $count: '' }], 40157, /non-empty/],
  [[{ $count: '$a' }], 40158, 'the count field cannot be a $-prefixed path'],
  [[{ $count: 'a.b' }], 40160, "the count field cannot contain '.'"],
  [[{ $group: 1 }], 15947, "a group's fields must be specified in an object"],
  [[{ $group: {} }], 15955, 'a group specification must include an _id'],
  [[{ $group: { _id: 1, a: 1 } }], 40234, "The field 'a' must be an accumulator object"],
  [[{ $group: { _id: 1, 'a.b': { $sum: 1 } } }], 40235, "The field name 'a.b' cannot contain '.'"],
  [[{ $group: { _id: 1, $a: { $sum: 1 } } }], 40236, "The field name '$a' cannot be an operator name"],
  [[{ $group: { _id: 1, a: { $sum: [1] } } }], 40237, 'The $sum accumulator is a unary operator'],
  [[{ $group: { _id: 1, a: { $sum: 1, $avg: 1 } } }], 40238, "The field 'a' must specify one accumulator"],
  [[{ $group: { _id: 1, a: { $nope: 1 } } }], 15952, "unknown group operator '$nope'"],
  [[{ $unwind: 'a' }], 28818, "path option to $unwind stage should be prefixed with a '$': a"],
  [[{ $unwind: 1 }], 15981, /only supports an object/],
  [[{ $unwind: {} }], 28812, "Missing 'path' parameter to $unwind"],
  [[{ $unwind: { path: 1 } }], 28808, /expected a string as the path/],
  [[{ $unwind: { path: '$a', preserveNullAndEmptyArrays: 1 } }], 28809, /expected a boolean/],
  [[{ $unwind: { path: '$a', includeArrayIndex: '' } }], 28810, /non-empty string/],
  [[{ $unwind: { path: '$a', includeArrayIndex: '$i' } }], 28822, /should not be prefixed/],
  [[{ $unwind: { path: '$a', x: 1 } }], 28811, 'Unrecognized argument to $unwind: x'],
  [[{ $sample: 1 }], 28745, /only supports an object/],
  [[{ $sample: { size: 'x' } }], 28746, /must be a number/],
  [[{ $sample: { size: -1 } }], 28747, /negative/],
  [[{ $sample: {} }], 28749, /Missing 'size' parameter/],
  [[{ $facet: {} }], 40169, /non-empty object/],
  [[{ $facet: { a: 1 } }], 40170, /must be arrays/],
  [[{ $facet: { a: [1] } }], 40171, /non-empty objects/],
  [[{ $facet: { a: [{ $out: 'x' }] } }], 40600, '$out is not allowed to be used within a $facet stage'],
  [[{ $documents: [] }], 73, /can only be run with \{aggregate: 1\}/],
  [[{ $limit: 1 }, { $documents: [] }], 40602, '$documents is only valid as the first stage in a pipeline.'],
  [[{ $match: {} }, { $changeStream: {} }], 40602, '$changeStream is only valid as the first stage in a pipeline.'],
]

describe('stage specifications', () => {
  it.each(titled(ERRORS))('refuses %s', (_, [stages, code, message, input]) => {
    expectPipelineError([...stages], code, message, input)
  })

  it('refuses an aggregate without a collection whose first stage needs one', () => {
    const context = contextOver({}, { collection: undefined })
    expectPipelineError([{ $match: {} }], 73, /\{aggregate: 1\} is not valid for '\$match'/, [], context)
  })

  it('starts from documents of its own without a collection', () => {
    const context = contextOver({}, { collection: undefined })
    expect(run([{ $documents: [{ a: { $add: [1, 1] } }] }], [], context)).toEqual(['{a: 2}'])
  })
})
