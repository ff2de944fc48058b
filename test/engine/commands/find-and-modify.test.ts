import { describe, expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'

const fixture = useEngine()

describe('findAndModify that is refused', () => {
  const change = { $set: { x: 2 } }

  it.each([
    ['with a flag of the wrong type', { update: change, new: 'yes' }],
    ['with a projection that fails on the old document', { update: change, fields: { y: { $divide: [1, '$zero'] } } }],
    [
      'with a projection that fails on the new one',
      { update: { $set: { x: 'a' } }, new: true, fields: { y: { $ln: '$x' } } },
    ],
    ['with a projection that fails on what it removes', { remove: true, fields: { y: { $divide: [1, '$zero'] } } }],
    [
      'with a projection that fails on what it upserts',
      { query: { _id: 9 }, update: change, upsert: true, new: true, fields: { y: { $ln: 'x' } } },
    ],
  ])('%s changes nothing', async (_, command) => {
    const db = fixture.client.db('a')
    await db.collection<{ _id: number }>('c').insertOne({ _id: 1, ...{ x: 1, zero: 0 } })
    await expect(db.command({ findAndModify: 'c', query: { _id: 1 }, ...command })).rejects.toThrow()
    expect(await db.collection('c').find().toArray()).toEqual([{ _id: 1, x: 1, zero: 0 }])
  })
})
