import { MongoClient } from 'mongodb'
import { expect, it } from 'vitest'
import { startEngine } from '../../../src/engine/engine.ts'

it('records images of collections however they came about, unless they say that they do not, where that is the default', async () => {
  const engine = await startEngine({ recordsImages: true })
  const client = await MongoClient.connect(engine.uri)
  try {
    const db = client.db('shop')
    await db.collection('inserted').insertOne({})
    await db.createCollection('created')
    // what is there already, just so, was created
    await db.createCollection('created')
    await db.collection('indexed').createIndex({ a: 1 })
    await db
      .collection('inserted')
      .aggregate([{ $out: 'out' }])
      .toArray()
    await db.createCollection('without', { changeStreamPreAndPostImages: { enabled: false } })
    await db.createCollection('view', { viewOn: 'created', pipeline: [] })
    const listed = await db.listCollections({}, { nameOnly: false }).toArray()
    const images = listed.map(({ name, options }) => [
      name,
      Reflect.get(options?.['changeStreamPreAndPostImages'] ?? {}, 'enabled'),
    ])
    expect(Object.fromEntries(images)).toEqual({
      inserted: true,
      created: true,
      indexed: true,
      out: true,
      without: undefined,
      view: undefined,
    })
  } finally {
    await client.close()
    await engine.stop()
  }
})
