import { afterEach, describe, expect, it, vi } from 'vitest'
import { fromTokenString } from '../../../src/relay/changes/tokens/resume-token.ts'
import type { FakeSource } from './model/fake-source.ts'
import { createRig, Reader, settle } from './model/rig.ts'

const BEFORE = 20

describe('a log that begins before now', () => {
  let rig: ReturnType<typeof createRig> | undefined
  afterEach(() => {
    vi.useRealTimers()
    rig?.stop()
  })
  const begin = (isHeld = false) => {
    const before = (source: FakeSource) => {
      source.isHeld = isHeld
      for (let n = 0; n < BEFORE; n++) source.emit('insert')
    }
    return (rig = createRig({ warmStartMs: 60_000, before }))
  }

  it('gives the last ones of all that it reads, and not of what it has read first', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { source, stream, subscribe } = begin(true)
    const reader = new Reader('silent', 100)
    subscribe(reader, 'owner', { last: 3 })
    // one reply, and no more for as long as it waits for a moment
    source.isHeld = false
    while (stream.log.end === 0) await settle(1)
    source.isHeld = true
    expect(stream.log.end).toBeLessThan(BEFORE)
    await vi.advanceTimersByTimeAsync(250)
    expect(reader.got).toEqual([])
    source.isHeld = false
    await vi.waitFor(() => expect(stream.log.end).toBe(BEFORE))
    await vi.advanceTimersByTimeAsync(250)
    const last = source.history.slice(-3).map(({ resumeToken }) => resumeToken)
    await vi.waitFor(() => expect(reader.got.map(([, token]) => token)).toEqual(last))
  })

  it('serves those whose token it has not got to yet without a stream of their own', async () => {
    const { source, stream, subscribe } = begin(true)
    const readers = [3, 12, 18].map((index) => {
      const reader = new Reader('silent', 100)
      subscribe(reader, 'owner', index)
      return { reader, expected: source.history.slice(index + 1).map(({ resumeToken }) => resumeToken) }
    })
    await settle(5)
    source.isHeld = false
    for (const { reader, expected } of readers) {
      await expect.poll(() => reader.got.map(([, token]) => token)).toEqual(expected)
    }
    expect(stream.resources.counters.catchUps).toBe(0)
  })

  it('takes a token that names a time alone, and has been, as it is', async () => {
    const { source, stream, subscribe } = begin()
    await expect.poll(() => stream.log.end).toBe(BEFORE)
    source.isHeld = true
    source.idle()
    const reader = new Reader('silent', 100)
    subscribe(reader, 'owner', { after: fromTokenString(source.now) })
    await expect.poll(() => reader.beganAt).toBe(source.now)
    expect(stream.resources.counters.catchUps).toBe(0)
  })
})
