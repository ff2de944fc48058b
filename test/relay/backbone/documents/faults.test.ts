import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Int32 } from '../../../../src/bson/values.ts'
import type { CollectionDocument } from '../../../../src/relay/changes/change-source.ts'
import { settle } from '../../feed/model/rig.ts'
import { bytesOf, idOf, Rig } from './rig.ts'

const MIB = 1_048_576
/** How much time passes at once, in milliseconds. */
const STEP_MS = 50

const range = (count: number) => Array.from({ length: count }, (_, n) => new Int32(n))

describe('documents that come through ingesters, whatever becomes of those', () => {
  let rig: Rig
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const aborter = new AbortController()
      setTimeout(() => aborter.abort(new Error('It takes too long')), ms)
      return aborter.signal
    })
    rig = new Rig()
    await rig.ingest()
    rig.collection.put(range(3), 'x'.repeat(MIB))
  })
  afterEach(async () => {
    rig.stop()
    await pass(100)
    expect(rig.collection.reading).toBe(0)
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await settle(4)
      await vi.advanceTimersByTimeAsync(STEP_MS)
    }
  }

  /** Lets time pass until something is there, and says how much. */
  async function until<T>(promise: Promise<T>, limitMs = 60_000): Promise<{ readonly value: T; readonly ms: number }> {
    const begunAt = performance.now()
    let isSettled = false
    const settled = promise.finally(() => (isSettled = true))
    settled.catch(() => undefined)
    while (!isSettled && performance.now() - begunAt < limitMs) await pass(STEP_MS)
    expect(isSettled).toBe(true)
    return { value: await settled, ms: performance.now() - begunAt }
  }

  const afters = () => rig.collection.asked.map(({ after }) => after)

  it.each([
    ['the first', 1],
    ['one amidst it', 3],
    ['the last', 5],
  ])('are asked for again after the last one that came, where a part is lost: %s', async (_, lost) => {
    let parts = 0
    // of the second document
    rig.broker.loses = (subject) => subject.startsWith('_INBOX') && ++parts === 5 + lost
    const { value } = await until(rig.readAll())
    expect(bytesOf(value)).toEqual(bytesOf(rig.collection.documents))
    expect(afters()).toEqual([undefined, new Int32(0), new Int32(0), new Int32(1), new Int32(2)])
  })

  it('come from another ingester, where the one that answers is killed amidst that', async () => {
    let parts = 0
    rig.broker.loses = (subject) => {
      if (subject.startsWith('_INBOX') && ++parts === 7) rig.stop()
      return false
    }
    const reading = rig.readAll()
    await vi.waitFor(() => expect(rig.ingesters).toEqual([]))
    await rig.ingest()
    expect(bytesOf((await until(reading)).value)).toEqual(bytesOf(rig.collection.documents))
    expect(afters()).toEqual([undefined, new Int32(0), new Int32(0), new Int32(1), new Int32(2)])
  })

  it('come from another ingester, where the one that is asked is stuck', async () => {
    await rig.ingest()
    const [first] = rig.ingesters
    first?.client.freeze()
    const { value, ms } = await until(rig.readAll())
    expect(bytesOf(value)).toEqual(bytesOf(rig.collection.documents))
    expect(ms).toBeGreaterThan(2_000)
    expect(ms).toBeLessThan(10_000)
    first?.client.thaw()
    await pass(200)
  })

  it('are read once by an ingester that is slow, although all are asked', async () => {
    let begun = 0
    rig.collection.before = () => new Promise((resolve) => setTimeout(resolve, ++begun === 1 ? 4_000 : 0))
    const { value } = await until(rig.readAll())
    expect(value).toHaveLength(3)
    expect(rig.collection.asked).toHaveLength(4)
  })

  it('are waited for while there is no ingester', async () => {
    rig.stop()
    const reading = rig.readAll()
    await pass(5_000)
    await rig.ingest()
    expect((await until(reading)).value).toHaveLength(3)
  })

  it('are not waited for by one who leaves, and leave nothing at the broker', async () => {
    const begun: number[] = []
    rig.collection.before = (signal) => {
      begun.push(performance.now())
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    }
    const aborter = new AbortController()
    const reading = rig.read({}, aborter.signal).next()
    reading.catch(() => undefined)
    await pass(500)
    aborter.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
    // a read that nobody waits for ends
    expect(rig.collection.reading).toBe(1)
    await pass(8_000)
    expect(rig.collection.reading).toBe(0)
    expect(begun).toHaveLength(1)
    expect(rig.broker.inboxes).toBe(0)
  })

  it('end with the ingester that reads them, and come from the next one', async () => {
    rig.collection.before = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    const { ingester } = rig.ingesters[0] ?? {}
    const reading = rig.readAll()
    await pass(500)
    void ingester?.stop()
    await pass(50)
    expect(rig.collection.reading).toBe(0)
    rig.collection.before = () => Promise.resolve()
    await rig.ingest()
    expect((await until(reading)).value).toHaveLength(3)
  })

  it('are read for a bounded number at a time; the others have a turn, and are refused for now beyond a limit', async () => {
    rig.collection.put(range(1))
    rig.collection.before = () => new Promise((resolve) => setTimeout(resolve, 300))
    let refused = 0
    rig.broker.loses = (_, { data }) => {
      if (String(data).includes('LIMIT_EXCEEDED')) refused++
      return false
    }
    const all: Promise<CollectionDocument[]>[] = Array.from({ length: 300 }, () => rig.readAll())
    const { value } = await until(Promise.all(all), 600_000)
    expect(value.map((documents) => documents.map(idOf))).toEqual(all.map(() => [new Int32(0)]))
    expect(rig.collection.most).toBe(8)
    // at once: 200 may wait
    expect(refused).toBeGreaterThanOrEqual(300 - 208)
    // who was refused had not been read for
    expect(rig.collection.asked).toHaveLength(300)
  })
})
