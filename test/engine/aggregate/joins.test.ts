import { describe, expect, it } from 'vitest'
import type { MergeStage, OutStage } from '../../../src/engine/aggregate/stages/output-spec.ts'
import type { BsonDocument } from '../../../src/bson/values.ts'
import { titled } from '../expressions/evaluate.ts'
import { documentOf, show } from '../../support/documents.ts'
import { contextOver } from './context.ts'
import { expectPipelineError, run, type Plain } from './run.ts'

const docs = (...plain: Plain[]): BsonDocument[] => plain.map(documentOf)

const COLLECTIONS = {
  items: docs(
    { _id: 1, sku: 'a', tags: ['x', 'y'] },
    { _id: 2, sku: 'b', n: 5 },
    { _id: 3, n: 7 },
    { _id: 4, sku: null, n: 9 },
  ),
  people: docs(
    { _id: 1, name: 'Ada' },
    { _id: 2, name: 'Bob', boss: 'Ada' },
    { _id: 3, name: 'Cy', boss: 'Bob' },
    { _id: 4, name: 'Di', boss: ['Cy', 'Ada'] },
    { _id: 5, name: 'Ed', boss: 'Ed' },
  ),
}

type JoinRow = readonly [stages: Plain[], result: string[], input?: Plain[]]
const lookup = (fields: Plain): Plain => ({ $lookup: { from: 'items', as: 'r', ...fields } })
const ids = { $project: { _id: 1, r: '$r._id' } }

const ROWS: JoinRow[] = [
  [[lookup({ localField: 'sku', foreignField: 'sku' }), ids], ['{_id: 9, r: [1]}'], [{ _id: 9, sku: 'a' }]],
  [[lookup({ localField: 'sku', foreignField: 'sku' }), ids], ['{_id: 9, r: [3, 4]}'], [{ _id: 9 }]],
  [[lookup({ localField: 'sku', foreignField: 'sku' }), ids], ['{_id: 9, r: [3, 4]}'], [{ _id: 9, sku: null }]],
  [[lookup({ localField: 'skus', foreignField: 'sku' }), ids], ['{_id: 9, r: [1, 2]}'], [{ _id: 9, skus: ['b', 'a'] }]],
  [[lookup({ localField: 't', foreignField: 'tags' }), ids], ['{_id: 9, r: [1]}'], [{ _id: 9, t: 'y' }]],
  [
    [lookup({ localField: 'o.s', foreignField: 'sku' }), ids],
    ['{_id: 9, r: [1, 2]}'],
    [{ _id: 9, o: [{ s: 'a' }, { s: 'b' }] }],
  ],
  [[lookup({ from: 'none', localField: 'sku', foreignField: 'sku' })], ['{_id: 9, r: []}'], [{ _id: 9 }]],
  [
    [lookup({ as: 'x.y', localField: 'n', foreignField: 'n', from: 'none' })],
    ['{x: {z: 1, y: []}}'],
    [{ x: { z: 1 } }],
  ],
  [[lookup({ pipeline: [{ $match: { n: { $gt: 5 } } }] }), ids], ['{_id: 9, r: [3, 4]}'], [{ _id: 9 }]],
  [
    [lookup({ let: { min: '$min' }, pipeline: [{ $match: { $expr: { $gt: ['$n', '$$min'] } } }] }), ids],
    ['{_id: 8, r: [3, 4]}', '{_id: 9, r: [4]}'],
    [
      { _id: 8, min: 5 },
      { _id: 9, min: 7 },
    ],
  ],
  [
    [lookup({ let: { m: '$gone' }, pipeline: [{ $limit: 1 }, { $project: { t: { $type: '$$m' } } }] })],
    ['{_id: 9, r: [{_id: 1, t: "missing"}]}'],
    [{ _id: 9 }],
  ],
  [
    [
      lookup({
        localField: 'sku',
        foreignField: 'sku',
        let: { a: '$add' },
        pipeline: [{ $project: { s: { $add: ['$n', '$$a'] } } }],
      }),
    ],
    ['{_id: 9, sku: "b", add: 1, r: [{_id: 2, s: 6}]}'],
    [{ _id: 9, sku: 'b', add: 1 }],
  ],
  [
    [
      lookup({
        let: { a: '$_id' },
        pipeline: [
          { $limit: 1 },
          lookup({
            as: 'q',
            let: { b: '$_id' },
            pipeline: [{ $limit: 1 }, { $project: { _id: 0, v: ['$$a', '$$b'] } }],
          }),
          { $project: { q: 1, _id: 0 } },
        ],
      }),
    ],
    ['{_id: 9, r: [{q: [{v: [9, 1]}]}]}'],
    [{ _id: 9 }],
  ],
  [[{ $lookup: { as: 'r', pipeline: [{ $documents: [{ a: 1 }] }] } }], ['{_id: 9, r: [{a: 1}]}'], [{ _id: 9 }]],
  [
    [{ $unionWith: 'items' }, { $project: { _id: 1 } }],
    ['{_id: 9}', '{_id: 1}', '{_id: 2}', '{_id: 3}', '{_id: 4}'],
    [{ _id: 9 }],
  ],
  [
    [{ $unionWith: { coll: 'items', pipeline: [{ $match: { _id: 2 } }] } }],
    ['{_id: 9}', '{_id: 2, sku: "b", n: 5}'],
    [{ _id: 9 }],
  ],
]

const graph = (fields: Plain = {}): Plain => ({
  $graphLookup: {
    from: 'people',
    startWith: '$boss',
    connectFromField: 'boss',
    connectToField: 'name',
    as: 'chain',
    ...fields,
  },
})
const chain = { $project: { _id: 0, c: '$chain.name', d: '$chain.d' } }

const GRAPHS: JoinRow[] = [
  [[graph(), chain], ['{c: ["Bob", "Ada"], d: []}'], [{ boss: 'Bob' }]],
  [[graph({ depthField: 'd' }), chain], ['{c: ["Ada", "Cy", "Bob"], d: [0L, 0L, 1L]}'], [{ boss: ['Cy', 'Ada'] }]],
  [[graph({ maxDepth: 0 }), chain], ['{c: ["Cy"], d: []}'], [{ boss: 'Cy' }]],
  [[graph(), chain], ['{c: ["Ed"], d: []}'], [{ boss: 'Ed' }]],
  [[graph({ restrictSearchWithMatch: { name: { $ne: 'Bob' } } }), chain], ['{c: ["Cy"], d: []}'], [{ boss: 'Cy' }]],
  [[graph(), chain], ['{c: [], d: []}'], [{}]],
]

describe('stages over other collections', () => {
  it.each(titled([...ROWS, ...GRAPHS]))('%s', (_, [stages, result, input]) => {
    expect(run(stages, input, contextOver(COLLECTIONS))).toEqual(result)
  })

  const errors: (readonly [unknown[], number, RegExp])[] = [
    [[{ $lookup: 1 }], 9, /only supports an object/],
    [[lookup({ x: 1 })], 9, /Unrecognized argument to \$lookup: x/],
    [[{ $lookup: { from: 'a', localField: 'a', foreignField: 'b' } }], 9, /Missing 'as' parameter to \$lookup/],
    [[{ $lookup: { as: 'a', localField: 'a', foreignField: 'b' } }], 9, /missing 'from' option/],
    [[lookup({ localField: 'a' })], 9, /requires either 'pipeline' or both/],
    [[lookup({ localField: 1, foreignField: 'b' })], 9, /must be a string, is type int/],
    [[lookup({ pipeline: [{ $out: 'x' }] })], 51047, /\$out is not allowed within a \$lookup's sub-pipeline/],
    [[lookup({ pipeline: [{ $nope: 1 }] })], 40324, /Unrecognized/],
    [[lookup({ pipeline: [{ $match: { $expr: '$$nope' } }] })], 17276, /undefined variable: nope/],
    [[lookup({ let: { X: 1 }, pipeline: [] })], 9, /starts with an invalid character/],
    [[{ $unionWith: 1 }], 9, /must be an object or string/],
    [[{ $unionWith: { coll: 'a', x: 1 } }], 40415, /unknown field/],
    [[{ $unionWith: { coll: 'a', pipeline: [{ $merge: 'x' }] } }], 31441, /not allowed within/],
    [[{ $graphLookup: 1 }], 40327, /only supports an object/],
    [[graph({ maxDepth: -1 })], 40101, /nonnegative/],
    [[graph({ maxDepth: 'x' })], 40100, /must be numeric/],
    [[graph({ as: 1 })], 40103, /expected string as argument for as/],
    [[graph({ x: 1 })], 40104, /Unrecognized argument to \$graphLookup: x/],
    [[{ $graphLookup: { from: 'a' } }], 40105, /Missing 'as' parameter/],
    [[graph({ restrictSearchWithMatch: 1 })], 40185, /must be an object/],
  ]
  it.each(titled(errors))('refuses %s', (_, [stages, code, message]) => {
    expectPipelineError([...stages], code, message, [{}], contextOver(COLLECTIONS))
  })
})

describe('stages that write', () => {
  function write(stage: Plain, input: Plain[] = [{ _id: 1 }]): { stage: OutStage | MergeStage; written: string[] } {
    const calls: { stage: OutStage | MergeStage; written: string[] }[] = []
    const context = contextOver(
      {},
      { write: (given, written) => void calls.push({ stage: given, written: written.map(show) }) },
    )
    expect(run([{ $set: { a: 1 } }, stage], input, context)).toEqual([])
    expect(calls).toHaveLength(1)
    return calls[0] as (typeof calls)[number]
  }

  it('hands the documents of $out to the storage, once', () => {
    expect(write({ $out: 'target' })).toEqual({
      stage: { kind: 'out', db: 'test', collection: 'target' },
      written: ['{_id: 1, a: 1}'],
    })
    expect(write({ $out: { db: 'other', coll: 'target' } }).stage).toMatchObject({ db: 'other', collection: 'target' })
  })

  it('gives $merge the defaults of a server', () => {
    const defaults = { on: ['_id'], whenMatched: 'merge', whenNotMatched: 'insert' }
    expect(write({ $merge: 'target' }).stage).toEqual({ kind: 'merge', db: 'test', collection: 'target', ...defaults })
    const spec = { into: { coll: 't' }, on: ['a', 'b'], whenMatched: 'replace', whenNotMatched: 'discard' }
    expect(write({ $merge: spec }).stage).toMatchObject({
      on: ['a', 'b'],
      whenMatched: 'replace',
      whenNotMatched: 'discard',
    })
  })

  it('computes what $merge makes of a matched document, from both', () => {
    const { stage } = write({ $merge: { into: 't', whenMatched: [{ $set: { sum: { $add: ['$n', '$$new.n'] } } }] } })
    const update = stage.kind === 'merge' ? stage.update : undefined
    expect(show(update?.(documentOf({ _id: 1, n: 1 }), documentOf({ _id: 1, n: 5 })))).toBe('{_id: 1, n: 1, sum: 6}')
    const named = write({
      $merge: { into: 't', let: { by: '$by' }, whenMatched: [{ $set: { n: { $add: ['$n', '$$by'] } } }] },
    })
    const other = named.stage.kind === 'merge' ? named.stage.update : undefined
    expect(show(other?.(documentOf({ n: 1 }), documentOf({ by: 3 })))).toBe('{n: 4}')
  })

  const errors: (readonly [unknown[], number, RegExp])[] = [
    [[{ $out: 1 }], 16990, /only supports a string or object/],
    [[{ $out: {} }], 40414, /missing/],
    [[{ $out: { coll: 'a', x: 1 } }], 40415, /unknown field/],
    [[{ $out: 'a$b' }], 73, /Invalid output namespace/],
    [[{ $out: 'a' }, { $limit: 1 }], 40601, /can only be the final stage/],
    [[{ $merge: 1 }], 51182, /string or object/],
    [[{ $merge: {} }], 40414, /'\$merge.into' is missing/],
    [[{ $merge: { into: 'a', x: 1 } }], 40415, /unknown field/],
    [[{ $merge: { into: 'a', on: [] } }], 51187, /at least one field/],
    [[{ $merge: { into: 'a', on: ['x', 'x'] } }], 31465, /duplicate field 'x'/],
    [[{ $merge: { into: 'a', whenMatched: 'x' } }], 2, /Enumeration value 'x'/],
    [[{ $merge: { into: 'a', whenNotMatched: 'merge' } }], 2, /Enumeration value 'merge'/],
    [[{ $merge: { into: 'a', whenMatched: [{ $match: {} }] } }], 72, /not allowed to be used within an update/],
    [[{ $merge: { into: 'a', whenMatched: 'fail', whenNotMatched: 'discard' } }], 51181, /is not supported/],
    [[{ $merge: { into: 'a', let: {}, whenMatched: 'merge' } }], 51199, /Cannot use 'let'/],
  ]
  it.each(titled(errors))('refuses %s', (_, [stages, code, message]) => {
    expectPipelineError([...stages], code, message, [{}], contextOver({}, { write: () => undefined }))
  })

  it('refuses to write where nothing may be written', () => {
    expectPipelineError([{ $out: 'x' }], 263, /may be written/)
  })
})
