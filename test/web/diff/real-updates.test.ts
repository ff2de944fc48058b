import { EJSON } from 'bson'
import fc from 'fast-check'
import type { Document } from 'mongodb'
import { expect, it } from 'vitest'
import { toDifferences } from '../../../web/diff/differences.ts'
import { useEngine } from '../../support/engine.ts'
import { applyDifferences, type Json } from './apply-differences.ts'

const name = fc.constantFrom('a', 'b', 'c', '0', '7')
const value = fc.letrec<{ value: Json; document: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(1, 2, 'x', null),
    tie('document'),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
  document: fc.dictionary(name, tie('value'), { maxKeys: 3 }),
}))
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'))

const update = fc.oneof(
  fc.tuple(path, value.value).map(([at, to]) => ({ $set: { [at]: to } })),
  fc.tuple(path, path).map(([one, other]) => ({ $unset: { [one]: 1, ...(one === other ? {} : { [other]: 1 }) } })),
  fc
    .tuple(path, fc.array(value.value, { maxLength: 3 }))
    .map(([at, $each]) => ({ $push: { [at]: { $each, $position: 1, $slice: 3 } } })),
  fc.tuple(path, value.value).map(([at, to]) => ({ $pull: { [at]: to } })),
  path.map((at) => ({ $pop: { [at]: 1 } })),
  // sets what is different, as paths into arrays and documents
  value.document.map((document) => [{ $replaceWith: { $mergeObjects: [{ _id: '$_id' }, { $literal: document }] } }]),
)

const fixture = useEngine()

it('makes of the document before an update the one after it, for whatever update a server makes', async () => {
  const images = { changeStreamPreAndPostImages: { enabled: true } }
  const coll = await fixture.client.db('t').createCollection<{ _id: number }>('c', images)
  const options = {
    fullDocument: 'whenAvailable',
    fullDocumentBeforeChange: 'whenAvailable',
    showExpandedEvents: true,
  } as const
  const stream = coll.watch([], options)
  await stream.tryNext()
  let seen = 0
  let id = 0
  await fc.assert(
    fc.asyncProperty(value.document, update, async (before, change) => {
      id += 1
      await coll.insertOne({ ...(before as object), _id: id })
      await stream.next()
      const { modifiedCount } = await coll
        .updateOne({ _id: id }, change as Document[])
        .catch(() => ({ modifiedCount: 0 }))
      if (modifiedCount === 0) return
      const event = JSON.parse(EJSON.stringify(await stream.next())) as Record<
        'operationType' | 'fullDocument' | 'fullDocumentBeforeChange',
        Json
      >
      const { list, isComplete } = toDifferences(event)
      seen += 1
      expect(isComplete).toBe(true)
      expect(list.every(({ kind }) => kind !== 'set')).toBe(true)
      expect(applyDifferences(event.fullDocumentBeforeChange, list)).toEqual(event.fullDocument)
    }),
    { numRuns: 300 },
  )
  expect(seen).toBeGreaterThan(50)
  await stream.close()
})
