import type { Document } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'

const fixture = useEngine()
const db = () => fixture.client.db('shop')
const things = () => db().collection<Document>('things')

/** The index as `listIndexes` gives it, the order of its fields included. */
async function listed(key: Document, options: Document = {}): Promise<string> {
  const name = await things().createIndex(key, { name: 'i', ...options })
  const found = (await things().indexes()).find((index) => index['name'] === name)
  return JSON.stringify(found)
}

const COLLATION =
  '{"locale":"de","caseLevel":false,"caseFirst":"off","strength":2,"numericOrdering":false,' +
  '"alternate":"non-ignorable","maxVariable":"punct","normalization":false,"backwards":false,"version":"57.1"}'
const TEXT = '"default_language":"english","language_override":"language","textIndexVersion":3}'

describe('kinds of indexes are listed as a server lists them:', () => {
  it.each<[string, Document, Document, string]>([
    ['text', { t: 'text' }, {}, `{"v":2,"key":{"_fts":"text","_ftsx":1},"name":"i","weights":{"t":1},${TEXT}`],
    [
      'text between others, with weights',
      { a: 1, t: 'text', s: 'text', z: -1 },
      { weights: { t: 5 } },
      `{"v":2,"key":{"a":1,"_fts":"text","_ftsx":1,"z":-1},"name":"i","weights":{"s":1,"t":5},${TEXT}`,
    ],
    [
      'all text',
      { '$**': 'text' },
      {},
      `{"v":2,"key":{"_fts":"text","_ftsx":1},"name":"i","weights":{"$**":1},${TEXT}`,
    ],
    [
      'text in a language',
      { t: 'text' },
      { default_language: 'german', language_override: 'lang' },
      '{"v":2,"key":{"_fts":"text","_ftsx":1},"name":"i","weights":{"t":1},' +
        '"default_language":"german","language_override":"lang","textIndexVersion":3}',
    ],
    ['a sphere', { at: '2dsphere' }, {}, '{"v":2,"key":{"at":"2dsphere"},"name":"i","2dsphereIndexVersion":3}'],
    [
      'a sphere among others',
      { a: 1, at: '2dsphere' },
      { '2dsphereIndexVersion': 2 },
      '{"v":2,"key":{"a":1,"at":"2dsphere"},"name":"i","2dsphereIndexVersion":2}',
    ],
    [
      'a plane',
      { at: '2d' },
      { bits: 20, min: -10, max: 10 },
      '{"v":2,"key":{"at":"2d"},"name":"i","bits":20,"min":-10,"max":10}',
    ],
    ['hashes', { a: 'hashed' }, {}, '{"v":2,"key":{"a":"hashed"},"name":"i"}'],
    [
      'everything',
      { '$**': 1 },
      { wildcardProjection: { a: 1 } },
      '{"v":2,"key":{"$**":1},"name":"i","wildcardProjection":{"a":1}}',
    ],
    ['everything below a field', { 'a.$**': 1 }, {}, '{"v":2,"key":{"a.$**":1},"name":"i"}'],
    [
      'a collation',
      { a: 1 },
      { collation: { locale: 'de', strength: 2 } },
      `{"v":2,"key":{"a":1},"name":"i","collation":${COLLATION}}`,
    ],
    ['the simple collation', { a: 1 }, { collation: { locale: 'simple' } }, '{"v":2,"key":{"a":1},"name":"i"}'],
    ['an expiry', { a: 1 }, { expireAfterSeconds: 60 }, '{"v":2,"key":{"a":1},"name":"i","expireAfterSeconds":60}'],
  ])('%s', async (_, key, options, spec) => {
    expect(await listed(key, options)).toBe(spec)
    // what is listed makes the same index elsewhere
    const { key: copied, ...rest } = JSON.parse(spec) as Document
    await db().collection('copies').createIndex(copied, rest)
    const copy = (await db().collection('copies').indexes()).find((index) => index['name'] === 'i')
    expect(JSON.stringify(copy)).toBe(spec)
    expect((await db().command({ createIndexes: 'things', indexes: [{ key, name: 'i', ...options }] }))['note']).toBe(
      'all indexes already exist',
    )
  })

  it('and hold any document, which is found without them', async () => {
    await things().createIndexes([
      { key: { a: 'text' } },
      { key: { b: '2dsphere' } },
      { key: { c: '2d' } },
      { key: { d: 'hashed' } },
      { key: { '$**': 1 } },
      { key: { e: 1 }, collation: { locale: 'de' } },
    ])
    await things().insertOne({ a: 'x', b: { type: 'Point', coordinates: [1, 2] }, c: [1, 2], d: 1, e: 'E' })
    expect(await things().countDocuments({ d: 1, e: 'E' })).toBe(1)
    expect(await things().countDocuments({ e: 'e' })).toBe(0)
  })

  it('and in the events of their creation', async () => {
    const stream = db().watch([], { showExpandedEvents: true })
    const next = async (): Promise<Document> => await stream.next()
    // which opens it
    await stream.tryNext()
    await things().createIndex({ t: 'text' }, { name: 'i' })
    expect(await next()).toMatchObject({ operationType: 'create' })
    expect(await next()).toMatchObject({
      operationType: 'createIndexes',
      operationDescription: {
        indexes: [{ v: 2, key: { _fts: 'text', _ftsx: 1 }, name: 'i', weights: { t: 1 }, textIndexVersion: 3 }],
      },
    })
    await stream.close()
  })
})

describe('definitions are refused as a server refuses them:', () => {
  it.each<[string, Document, Document, number | string]>([
    ['an unknown kind', { a: 'nope' }, {}, 67],
    ['two kinds', { a: 'text', b: '2dsphere' }, {}, 67],
    ['two hashed fields', { a: 'hashed', b: 'hashed' }, {}, 31303],
    ['unique hashes', { a: 'hashed' }, { unique: true }, 16764],
    ['a unique wildcard', { '$**': 1 }, { unique: true }, 67],
    ['a sparse wildcard', { '$**': 1 }, { sparse: true }, 67],
    ['an expiring wildcard', { '$**': 1 }, { expireAfterSeconds: 1 }, 67],
    ['a projection without a wildcard', { a: 1 }, { wildcardProjection: { a: 1 } }, 2],
    ['a plane that is not first', { a: 1, b: '2d' }, {}, 16801],
    ['two planes', { a: '2d', b: '2d' }, {}, 16800],
    ['too many bits', { a: '2d' }, { bits: 33 }, 72],
    ['an unknown version of spheres', { a: '2dsphere' }, { '2dsphereIndexVersion': 9 }, 67],
    ['text that is apart', { a: 'text', b: 1, c: 'text' }, {}, 67],
    ['an unknown language', { a: 'text' }, { default_language: 'klingon' }, 17264],
    ['a weight of another type', { a: 'text' }, { weights: { a: 'x' } }, 17283],
    ['a weight of 0', { a: 'text' }, { weights: { a: 0 } }, 17365],
    ['text with a collation', { a: 'text' }, { collation: { locale: 'de' } }, 67],
    ['a collation without a locale', { a: 1 }, { collation: { strength: 1 } }, 40414],
    ['a collation with what there is not', { a: 1 }, { collation: { locale: 'de', x: 1 } }, 40415],
    ['a collation of a locale that there is not', { a: 1 }, { collation: { locale: 'xx_nope_nope' } }, 2],
    ['a strength beyond 5', { a: 1 }, { collation: { locale: 'de', strength: 6 } }, 2],
    ['an expiry of several fields', { a: 1, b: 1 }, { expireAfterSeconds: 1 }, 67],
    ['an expiry of _id', { _id: 1 }, { expireAfterSeconds: 1 }, 197],
    ['a negative expiry', { a: 1 }, { expireAfterSeconds: -1 }, 67],
    ['an expiry too far', { a: 1 }, { expireAfterSeconds: 2 ** 31 }, 67],
    ['an expiry of another type', { a: 1 }, { expireAfterSeconds: 'x' }, 67],
    ['sparse and partial', { a: 1 }, { sparse: true, partialFilterExpression: { b: 1 } }, 67],
    ['an unknown option', { a: 1 }, { nope: 1 }, 197],
  ])('%s', async (_, key, options, code) => {
    const indexes = [{ key, name: 'i', ...options }]
    await expect(db().command({ createIndexes: 'things', indexes })).rejects.toMatchObject({ code })
    expect(await db().listCollections().toArray()).toEqual([])
  })

  it.each<[string, Document]>([
    ['text', { a: 'text' }],
    ['2dsphere', { a: '2dsphere' }],
    ['2d', { a: '2d' }],
  ])('uniqueness of the kind %s, by name', async (kind, key) => {
    const created = things().createIndex(key, { unique: true })
    await expect(created).rejects.toMatchObject({ code: 115, message: expect.stringContaining(kind) as string })
  })

  it('uniqueness with a collation, by name', async () => {
    const created = things().createIndex({ a: 1 }, { unique: true, collation: { locale: 'de', strength: 2 } })
    await expect(created).rejects.toMatchObject({ code: 115, message: expect.stringContaining('collation') as string })
  })

  it.each<[string, Document, Document, number]>([
    ['text of another field', { b: 'text' }, { name: 'other' }, 85],
    ['text behind another field', { b: 1, a: 'text' }, { name: 'other' }, 67],
    ['the same under another name', { a: 'text' }, { name: 'other' }, 85],
    ['the same name with other options', { a: 'text' }, { name: 'i', default_language: 'german' }, 85],
    ['the same name with another key', { b: 1 }, { name: 'i' }, 86],
  ])('%s beside a text index', async (_, key, options, code) => {
    await things().createIndex({ a: 'text' }, { name: 'i' })
    await expect(things().createIndex(key, options)).rejects.toMatchObject({ code })
  })
})

describe('queries that would need such an index are refused by name:', () => {
  it.each<[string, Document, RegExp]>([
    ['$text', { $text: { $search: 'x' } }, /\$text/],
    ['$near', { at: { $near: [1, 2] } }, /\$near/],
    ['$geoWithin', { at: { $geoWithin: { $center: [[1, 2], 3] } } }, /\$geoWithin/],
    ['$geoIntersects', { at: { $geoIntersects: {} } }, /\$geoIntersects/],
  ])('%s', async (_, filter, message) => {
    await things().createIndexes([{ key: { t: 'text' } }, { key: { at: '2dsphere' } }])
    await expect(things().find(filter).toArray()).rejects.toThrow(message)
  })

  it('a collation', async () => {
    await things().createIndex({ a: 1 }, { collation: { locale: 'de' } })
    await expect(
      things()
        .find({ a: 'x' }, { collation: { locale: 'de' } })
        .toArray(),
    ).rejects.toThrow(/[Cc]ollation/)
  })
})
