import { describe, expect, it, vi } from 'vitest'
import { useEngine } from '../../support/engine.ts'

let clock = 1_800_000_000_000
const fixture = useEngine({ now: () => clock, sweepIntervalMs: 5 })

describe('a cursor', () => {
  const own = useEngine({ sweepIntervalMs: 1 })

  it('does not get older when the clock of the machine is set forward', async () => {
    const coll = own.client.db('a').collection('c')
    await coll.insertMany([{}, {}, {}])
    const cursor = coll.find({}, { batchSize: 1 })
    await cursor.next()
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 86_400_000)
    // it is swept in between
    for (let i = 0; i < 50; i++) await own.client.db('a').command({ ping: 1 })
    clock.mockRestore()
    expect(own.engine.stats().cursors).toBe(1)
    expect(await cursor.toArray()).toHaveLength(2)
  })
})

describe('idle cursors', () => {
  it('are closed by the thousand when nobody reads them for ten minutes', async () => {
    const db = fixture.client.db('a')
    await db.collection('c').insertMany([{}, {}, {}])
    const open = { aggregate: 'c', pipeline: [{ $changeStream: {} }], cursor: {} }
    for (let i = 0; i < 1_000; i++) await db.command(i % 2 ? open : { find: 'c', batchSize: 1 })
    expect(fixture.engine.stats().cursors).toBe(1_000)
    clock += 599_000
    await db.command({ ping: 1 })
    expect(fixture.engine.stats().cursors).toBe(1_000)
    clock += 2_000
    await vi.waitFor(() => expect(fixture.engine.stats().cursors).toBe(0))
  })
})
