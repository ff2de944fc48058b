import { describe, expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'

describe('a long batch of writes', () => {
  const fixture = useEngine()

  it('lets other clients have their turn', async () => {
    const other = fixture.connect()
    await other.db('admin').command({ ping: 1 })
    await fixture.client
      .db('a')
      .collection('c')
      .insertMany(Array.from({ length: 2_000 }, (_, i) => ({ n: i })))
    const order: string[] = []
    // each statement looks at every document
    const updates = Array.from({ length: 1_500 }, (_, i) => ({ q: { n: -i, m: { $ne: i } }, u: { $set: { m: i } } }))
    const batch = fixture.client.db('a').command({ update: 'c', updates })
    const ping = other.db('admin').command({ ping: 1 })
    await Promise.all([batch.then(() => order.push('batch')), ping.then(() => order.push('ping'))])
    expect(order).toEqual(['ping', 'batch'])
  })
})
