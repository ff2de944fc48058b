import { Int32, serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { toChange } from '../../../../src/relay/changes/to-change.ts'
import { toChangeModel } from '../../../../src/relay/graphql/schema/change-model.ts'

const event = {
  _id: { _data: '82' },
  operationType: 'update',
  fullDocument: { list: [new Int32(1), new Int32(2)] },
  fullDocumentBeforeChange: null,
  updateDescription: { updatedFields: { a: new Int32(1) }, removedFields: ['b'] },
}

describe('the model of an event', () => {
  const model = toChangeModel(toChange(serialize(event)), 'CANONICAL')

  it('writes fields, fields of documents in it, and the whole', () => {
    expect(model.ejsonField('fullDocument')?.text).toBe('{"list":[{"$numberInt":"1"},{"$numberInt":"2"}]}')
    expect(model.ejsonField('updateDescription', 'updatedFields')?.text).toBe('{"a":{"$numberInt":"1"}}')
    expect(JSON.parse(model.ejson().text)).toMatchObject({ operationType: 'update', fullDocumentBeforeChange: null })
  })

  it('has null for what is absent or null', () => {
    for (const name of ['fullDocumentBeforeChange', 'lsid', 'constructor']) expect(model.ejsonField(name)).toBeNull()
    expect(model.ejsonField('updateDescription', 'disambiguatedPaths')).toBeNull()
    expect(model.ejsonField('operationType', 'length')).toBeNull()
    expect(model.ejsonField('lsid', 'id')).toBeNull()
  })

  it('decodes fields, and fields of documents in it', () => {
    expect(model.field('operationType')).toBe('update')
    expect(model.field('updateDescription', 'removedFields')).toEqual(['b'])
    expect(model.field('lsid', 'id')).toBeUndefined()
    expect(['updateDescription', 'operationType', 'lsid'].map(model.isDocument)).toEqual([true, false, false])
  })

  it('writes a value once, however many response keys ask for it', () => {
    expect(model.ejsonField('fullDocument')).toBe(model.ejsonField('fullDocument'))
    expect(model.ejson()).toBe(model.ejson())
  })
})

describe('the models of one event', () => {
  it('share what is written, for each format', () => {
    const change = toChange(serialize(event))
    const textOf = (format: 'RELAXED' | 'CANONICAL') => toChangeModel(change, format).ejsonField('fullDocument')
    expect(textOf('RELAXED')).toBe(textOf('RELAXED'))
    expect(textOf('RELAXED')?.text).toBe('{"list":[1,2]}')
    expect(textOf('CANONICAL')?.text).not.toBe('{"list":[1,2]}')
  })
})
