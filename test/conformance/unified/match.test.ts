import { BSON, Binary, Long, ObjectId, Timestamp } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Entities } from './entities.ts'
import { match } from './match.ts'

let entities: Entities
beforeEach(() => {
  entities = new Entities('mongodb://127.0.0.1:1/')
})
afterEach(() => entities.close())

describe('matching', () => {
  const id = new ObjectId()

  it.for<[what: string, expected: unknown, actual: unknown]>([
    ['further fields of a whole document', { a: 1 }, { a: 1, b: 2 }],
    ['fields that are undefined', { a: { b: 1 } }, { a: { b: 1, c: undefined } }],
    ['further fields of each of several documents', [{ a: 1 }], [{ a: 1, b: 2 }]],
    ['numbers of another type', { a: 1 }, { a: Long.fromNumber(1) }],
    ['bigint numbers', { a: 1 }, { a: 1n }],
    ['equal ids', { a: id }, { a: new ObjectId(id.toHexString()) }],
    ['equal timestamps', { a: new Timestamp({ t: 1, i: 2 }) }, { a: new Timestamp({ t: 1, i: 2 }) }],
    ['$$exists', { a: { $$exists: true }, b: { $$exists: false } }, { a: null }],
    ['$$type', { a: { $$type: ['int', 'long'] }, b: { $$type: 'object' } }, { a: Long.fromNumber(5), b: {} }],
    ['$$type of a number whose type the driver hides', { a: { $$type: 'int' } }, { a: 5 }],
    ['$$unsetOrMatches without the field', { a: { $$unsetOrMatches: 1 } }, {}],
    ['$$unsetOrMatches with the field', { a: { $$unsetOrMatches: { $$exists: true } } }, { a: 1 }],
    ['$$matchesHexBytes', { a: { $$matchesHexBytes: 'C0FFEE' } }, { a: new Binary(Buffer.from('c0ffee', 'hex')) }],
  ])('takes %s', ([, expected, actual]) => {
    expect(() => match(expected, actual, entities)).not.toThrow()
  })

  it.for<[what: string, expected: unknown, actual: unknown, message: string]>([
    ['another value', { a: 1 }, { a: 2 }, "At 'a': expected 1, got 2"],
    ['a missing field', { a: { b: 1 } }, { a: {} }, "At 'a.b': expected 1, got nothing"],
    ['further fields within a document', { a: { b: 1 } }, { a: { b: 1, c: 2 } }, "At 'a.c'"],
    ['further fields within an array', { a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }, "At 'a[0].c'"],
    ['a longer array', { a: [1] }, { a: [1, 2] }, "At 'a'"],
    ['a string for a number', { a: 1 }, { a: '1' }, "At 'a'"],
    ['null for a document', { a: {} }, { a: null }, "At 'a'"],
    ['another id', { a: id }, { a: new ObjectId() }, "At 'a'"],
    ['$$exists', { a: { $$exists: false } }, { a: null }, '$$exists'],
    ['$$type', { a: { $$type: 'int' } }, { a: 1.5 }, '$$type'],
    ['$$type without the field', { a: { $$type: 'int' } }, {}, '$$type'],
    ['$$unsetOrMatches', { a: { $$unsetOrMatches: 1 } }, { a: 2 }, "At 'a'"],
    ['$$matchesHexBytes', { a: { $$matchesHexBytes: '00' } }, { a: Buffer.from([1]) }, '$$matchesHexBytes'],
    ['an operator that it does not know', { a: { $$lte: 1 } }, { a: 1 }, '$$lte is not supported'],
  ])('refuses %s', ([, expected, actual, message]) => {
    expect(() => match(expected, actual, entities)).toThrow(message)
  })

  it('compares with entities', () => {
    entities.set('result', { kind: 'value', it: { a: 1 } })
    entities.create([{ client: { id: 'client' } }, { session: { id: 'session', client: 'client' } }])
    const lsid = BSON.deserialize(BSON.serialize(entities.get('session', 'session').id ?? {}))
    expect(() => match({ x: { $$matchesEntity: 'result' } }, { x: { a: 1 } }, entities)).not.toThrow()
    expect(() => match({ x: { $$matchesEntity: 'result' } }, { x: { a: 2 } }, entities)).toThrow("At 'x.a'")
    expect(() => match({ lsid: { $$sessionLsid: 'session' } }, { lsid }, entities)).not.toThrow()
    expect(() => match({ lsid: { $$sessionLsid: 'session' } }, { lsid: {} }, entities)).toThrow("At 'lsid.id'")
    expect(() => match({ x: { $$matchesEntity: 'other' } }, { x: 1 }, entities)).toThrow('no entity other')
  })
})
