import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDocuments, type DocumentChange } from '../../../src/client/state/documents.ts'

const change = (operationType: string, _id?: number, fullDocument: unknown = null): DocumentChange<unknown> => ({
  operationType,
  documentKey: _id === undefined ? null : { _id },
  fullDocument,
})

describe('documents made of changes', () => {
  it('show the former ones until a snapshot anew is complete', () => {
    const documents = createDocuments<unknown>()
    const keys = () => [[...documents.shown.keys()], documents.isComplete]
    documents.apply(change('snapshot', 1, {}))
    expect(keys()).toEqual([['{"_id":1}'], false])
    documents.apply(change('snapshotEnd'))
    expect(keys()).toEqual([['{"_id":1}'], true])
    expect(documents.apply(change('snapshotStart'))).toBe(true)
    expect(documents.apply(change('snapshot', 2, {}))).toBe(false)
    expect(keys()).toEqual([['{"_id":1}'], false])
    expect(documents.size).toBe(2)
    documents.apply(change('snapshotEnd'))
    expect(keys()).toEqual([['{"_id":2}'], true])
    documents.apply(change('drop'))
    expect(keys()).toEqual([[], true])
  })

  it('are those of the collection at the end, whatever happens on the way', () => {
    const key = fc.integer({ min: 0, max: 4 })
    const write = fc.oneof(
      fc.record({ type: fc.constantFrom('insert', 'update', 'replace', 'delete'), key, value: fc.nat(99) }),
      fc.record({ type: fc.constantFrom('drop', 'snapshot', 'expire'), key, value: fc.nat(99) }),
    )
    fc.assert(
      fc.property(fc.array(write), (writes) => {
        const documents = createDocuments<number>()
        const model = new Map<string, number>()
        const load = () => {
          for (const [text, value] of model) {
            const { _id } = JSON.parse(text) as { _id: number }
            documents.apply({ operationType: 'snapshot', documentKey: { _id }, fullDocument: value })
          }
          documents.apply({ operationType: 'snapshotEnd', documentKey: null, fullDocument: null })
        }
        load()
        for (const { type, key: _id, value } of writes) {
          const text = JSON.stringify({ _id })
          if (type === 'snapshot' || type === 'expire') {
            if (type === 'expire') documents.expire()
            else documents.apply({ operationType: 'snapshotStart', documentKey: null, fullDocument: null })
            load()
            continue
          }
          if (type === 'drop') model.clear()
          else if (type === 'delete') model.delete(text)
          else model.set(text, value)
          documents.apply({ operationType: type, documentKey: { _id }, fullDocument: type === 'delete' ? null : value })
          // as a document that is gone when it is looked up
          documents.apply({ operationType: 'update', documentKey: { _id }, fullDocument: null })
          expect(documents.shown).toEqual(model)
        }
        expect([documents.shown, documents.isComplete]).toEqual([model, true])
      }),
    )
  })
})
