import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Timestamp } from 'bson'
import { createRig, Reader, settle } from './model/rig.ts'

describe('catching up', () => {
  let rig: ReturnType<typeof createRig>
  beforeEach(async () => {
    rig = createRig()
    await settle(3)
  })
  afterEach(() => rig.stop())

  const emit = async (count: number) => {
    for (let n = 0; n < count; n++) rig.source.emit('insert')
    await expect.poll(() => rig.stream.log.end).toBe(rig.source.history.length)
  }
  const subscribe = (cohort: Reader['cohort'], capacity: number) => new Reader(cohort, capacity)

  it('ends with its subscriber, also where that has gone on from one stream to the next', async () => {
    await emit(60)
    const reader = subscribe('all', 3)
    rig.subscribe(reader, 'owner', 0)
    while (rig.stream.resources.slow.count === 0) await settle(1)
    // goes on while the stream that filled it closes
    Object.assign(reader, { capacity: 100 })
    reader.drain()
    await settle(3)
    rig.source.isReachable = false
    await settle(3)
    expect(rig.source.open).toBe(2)
    reader.close()
    await settle(3)
    expect(rig.source.open).toBe(1)
  })

  it('goes on from a time whose first event its sink did not take', async () => {
    await emit(30)
    const reader = subscribe('silent', 0)
    rig.subscribe(reader, 'owner', { at: new Timestamp({ t: 1, i: 1 }) })
    await expect.poll(() => rig.stream.resources.slow.count).toBe(1)
    Object.assign(reader, { capacity: 100 })
    reader.drain()
    await expect.poll(() => reader.error?.message ?? reader.got.length, { timeout: 2_000 }).toBe(30)
  })
})
