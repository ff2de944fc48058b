import { BSON } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { beginWork } from '../../../../src/bson/work-budget.ts'
import { encodeDocument } from '../../../../src/bson/codec/encode.ts'
import type { BsonDocument } from '../../../../src/bson/values.ts'
import { describeDelta } from '../../../../src/engine/update/delta/describe.ts'
import { computeDelta } from '../../../../src/engine/update/delta/diff.ts'
import { documentOf } from '../../../support/documents.ts'
import { described, failure } from '../updating.ts'

const FILLER = 'x'.repeat(200)

/** The description of the change from one document to the other, as text; `replaced` when it would not pay. */
function diff(before: Record<string, unknown>, after: Record<string, unknown>): string {
  const pipeline = { runPipeline: (): BsonDocument => documentOf(after) }
  return described([{ $set: { a: 1 } }], before, pipeline)
}

describe('the delta of a pipeline update', () => {
  it.each([
    ['a new field', {}, { n: 1 }, '{n: 1}'],
    ['a changed field', { n: 0 }, { n: 1 }, '{n: 1}'],
    ['a removed field', { n: 0 }, {}, '{} -n'],
    ['removed fields in their order', { z: 1, a: 1 }, {}, '{} -z,a'],
    ['fields removed before others in the order of their names', { z: 1, a: 1, k: 1 }, { k: 1 }, '{} -a,z'],
    [
      'changed, then new, then nested fields',
      { o: { x: 1, FILLER }, n: 0 },
      { o: { x: 2, FILLER }, n: 1, z: 1 },
      '{n: 1, z: 1, o.x: 2}',
    ],
    ['a field that moved', { a: 1, b: 2 }, { b: 2, a: 1 }, '{a: 1}'],
    ['a type that changed', { o: { x: 1 } }, { o: [1] }, '{o: [1]}'],
    ['a small nested document as a whole', { o: { x: 1 } }, { o: { x: 2 } }, '{o: {x: 2}}'],
    ['an element', { l: [1, 2, FILLER] }, { l: [1, 3, FILLER] }, '{l.1: 3}'],
    ['appended elements', { l: [FILLER] }, { l: [FILLER, 1, 2] }, '{l.1: 1, l.2: 2}'],
    ['a small array as a whole', { l: [1] }, { l: [2] }, '{l: [2]}'],
    ['a shorter array', { l: [FILLER, 1, 2] }, { l: [FILLER] }, '{} l#1'],
    ['a shorter array with a change', { l: [1, FILLER, 2] }, { l: [3, FILLER] }, '{l.0: 3} l#2'],
    ['a field of a document in an array', { l: [{ x: 1, FILLER }] }, { l: [{ x: 2, FILLER }] }, '{l.0.x: 2}'],
  ])('names %s', (_title, before, after, expected) => {
    expect(diff({ _id: 1, FILLER, ...before }, { _id: 1, FILLER, ...after })).toBe(expected)
  })

  it.each([
    [
      'is kept while it is smaller than the document',
      { _id: 1, a: 1, b: 2, t: ['x'] },
      { _id: 1, a: 1, b: 2, t: ['x'], sum: 3 },
      '{sum: 3}',
    ],
    [
      'gives way to a replacement when it is as large',
      { _id: 2, a: 10, b: 20 },
      { _id: 2, a: 10, b: 20, sum: 30 },
      'replaced',
    ],
    [
      'counts what it removes',
      { _id: 1, a: 1, b: 2, t: ['x'], sum: 3 },
      { _id: 1, b: 'big', t: ['x'], sum: 3 },
      'replaced',
    ],
    ['gives way when little is left', { _id: 1, b: 'big', t: ['x'], sum: 3 }, { _id: 1, fresh: true }, 'replaced'],
  ])('%s', (_title, before, after, expected) => {
    expect(diff(before, after)).toBe(expected)
  })

  it('is nothing when nothing changed', () => {
    expect(diff({ _id: 1, a: 1 }, { _id: 1, a: 1 })).toBe('unchanged')
  })

  it('refuses another _id and array filters', () => {
    expect(failure([{ $set: { _id: 2 } }], { _id: 1 }, { runPipeline: () => documentOf({ _id: 2 }) })).toBe(66)
    expect(failure([{ $set: { a: 2 } }], { _id: 1 }, { arrayFilters: [{ e: 1 }] })).toBe(9)
  })

  it('keeps the _id when the pipeline drops it', () => {
    const result = described([{ $unset: '_id' }], { _id: 1, a: 1 }, { runPipeline: () => documentOf({ a: 1, b: 1 }) })
    expect(result).toBe('replaced')
  })
})

/** A small generator of repeatable random numbers. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function randomValue(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 0 ? 6 : 4))
  if (kind === 4) return Array.from({ length: Math.floor(random() * 4) }, () => randomValue(random, depth - 1))
  if (kind === 5) return randomFields(random, depth - 1)
  return [Math.floor(random() * 3), random() < 0.5, 'text'.repeat(Math.floor(random() * 9)), null][kind]
}

function randomFields(random: () => number, depth: number): Record<string, unknown> {
  const names = ['a', 'b', 'c', 'd', 'e'].filter(() => random() < 0.6)
  return Object.fromEntries(names.map((name) => [name, randomValue(random, depth)]))
}

type Plain = Record<string, unknown>

/** Applies a description to the document before, by plain means. */
function applyDescription(before: BsonDocument, delta: NonNullable<ReturnType<typeof computeDelta>>): unknown {
  const { updatedFields, removedFields, truncatedArrays } = describeDelta(delta)
  const target = BSON.deserialize(encodeDocument(before))
  const parent = (path: string): [Plain, string] => {
    const parts = path.split('.')
    const last = parts.pop() ?? ''
    return [parts.reduce((value, part) => value[part] as Plain, target), last]
  }
  for (const { field, newSize } of truncatedArrays) {
    const [container, name] = parent(field)
    container[name] = (container[name] as unknown[]).slice(0, newSize)
  }
  for (const path of removedFields) {
    const [container, name] = parent(path)
    delete container[name]
  }
  const updates = BSON.deserialize(encodeDocument(updatedFields))
  for (const [path, value] of Object.entries(updates)) {
    const [container, name] = parent(path)
    container[name] = value
  }
  return target
}

describe('any delta', () => {
  it('leads from the document before to the one after', () => {
    const random = randomFrom(7)
    let deltas = 0
    for (let round = 0; round < 2_000; round++) {
      beginWork()
      const before = documentOf({ _id: 1, FILLER, ...randomFields(random, 3) })
      const after = documentOf({ _id: 1, FILLER, ...randomFields(random, 3) })
      const delta = computeDelta(before, after)
      if (!delta) continue
      deltas++
      expect(applyDescription(before, delta)).toEqual(BSON.deserialize(encodeDocument(after)))
    }
    expect(deltas).toBeGreaterThan(1_000)
  })
})
