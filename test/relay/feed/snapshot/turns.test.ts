import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LazyDocument } from '../../../../src/bson/codec/lazy-document.ts'
import { encodeDocument } from '../../../../src/bson/codec/encode.ts'
import { doc, Int32 } from '../../../../src/bson/values.ts'
import { createRig, Reader, settle } from '../model/rig.ts'

const DOCUMENTS = 200

const documentOf = (n: number) => {
  const key = doc({ _id: new Int32(n) })
  return { key, document: new LazyDocument(encodeDocument(key)) }
}

describe('a snapshot', () => {
  let rig: ReturnType<typeof createRig>
  beforeEach(async () => {
    rig = createRig()
    await settle(3)
    const all = Array.from({ length: DOCUMENTS }, (_, n) => documentOf(n))
    rig.source.batches = Array.from({ length: DOCUMENTS / 20 }, (_, n) => all.slice(n * 20, n * 20 + 20))
  })
  afterEach(() => rig.stop())

  const begin = (capacity: number, owner = 'owner') => {
    const reader = new Reader('silent', capacity)
    rig.subscribe(reader, owner, { isAnew: false })
    return reader
  }
  const types = ({ got }: Reader) => got.map(([type]) => type)
  const all = [...Array.from({ length: DOCUMENTS }, () => 'snapshot'), 'snapshotEnd']

  it('waits for a reader that takes no more, and goes on where it was', async () => {
    const reader = begin(7)
    for (let drained = 0; drained < DOCUMENTS && !types(reader).includes('snapshotEnd'); drained++) {
      await expect.poll(() => rig.stream.resources.slow.count === 1 || types(reader).includes('snapshotEnd')).toBe(true)
      // no more than it takes
      expect(reader.bufferedBytes()).toBeLessThanOrEqual(7)
      reader.drain()
      await settle(4)
    }
    expect(types(reader)).toEqual(all)
    const tokens = reader.got.map(([, token]) => token)
    expect(tokens).toEqual(tokens.toSorted())
    expect(new Set(tokens).size).toBe(tokens.length)
  })

  it('is followed by what happened since its beginning, also where the window has lost that', async () => {
    const reader = begin(7)
    await expect.poll(() => rig.stream.resources.slow.count).toBe(1)
    for (let n = 0; n < 30; n++) rig.source.emit('insert')
    await expect.poll(() => rig.stream.log.start).toBeGreaterThan(0)
    Object.assign(reader, { capacity: 1_000 })
    reader.drain()
    await expect.poll(() => types(reader).length).toBe(all.length + 30)
    expect(types(reader)).toEqual([...all, ...Array.from({ length: 30 }, () => 'insert')])
  })

  it('gives way to others between turns, so that all of them end', async () => {
    const readers = Array.from({ length: 6 }, (_, n) => begin(1_000, `owner ${n % 3}`))
    for (const reader of readers) await expect.poll(() => types(reader)).toEqual(all)
    expect(rig.stream.resources.catchUpTurns.taken).toBe(0)
  })

  it('counts as a catch-up of its owner, and is refused beyond the limit of those', async () => {
    const readers = Array.from({ length: 4 }, () => begin(7))
    await expect.poll(() => readers.filter(({ error }) => error?.code === 'LIMIT_EXCEEDED').length).toBe(1)
    expect(readers.find(({ error }) => error)?.error?.message).toMatch(/maxCatchUpsPerPrincipal/)
  })

  it('leaves nothing behind when its reader goes amidst it', async () => {
    const reader = begin(7)
    await expect.poll(() => rig.stream.resources.slow.count).toBe(1)
    reader.close()
    const other = begin(1_000)
    await settle(2)
    other.close()
    await settle(3)
    expect(rig.stream.size).toBe(0)
    expect(rig.stream.resources.catchUpTurns.taken).toBe(0)
    expect(rig.stream.resources.catchUps.take('owner')).toBeDefined()
  })
})
