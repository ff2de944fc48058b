import { describe, expect, it, vi } from 'vitest'
import { useEngine } from '../support/engine.ts'

let clock = 1_800_000_000_000
const fixture = useEngine({ now: () => clock, sweepIntervalMs: 5 })

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
