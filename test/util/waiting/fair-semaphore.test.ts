import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairSemaphore, type FairSemaphore, type Turn } from '../../../src/util/waiting/fair-semaphore.ts'

const TURN_MS = 1_000

/** Waits until everything that was granted has reached who asked for it. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

function setUp(count: number) {
  let timeMs = 0
  const semaphore = createFairSemaphore({ count, turnMs: TURN_MS, now: () => timeMs })
  return { semaphore, pass: (ms: number) => (timeMs += ms) }
}

/** Who has asked for turns, and in what order they got them. */
class Askers {
  readonly served: string[] = []
  readonly held: { readonly owner: string; readonly turn: Turn }[] = []
  readonly waiting: { readonly owner: string; readonly aborter: AbortController }[] = []
  readonly #semaphore: FairSemaphore

  constructor(semaphore: FairSemaphore) {
    this.#semaphore = semaphore
  }

  ask(owner: string): void {
    const asker = { owner, aborter: new AbortController() }
    this.waiting.push(asker)
    this.#semaphore.acquire(owner, asker.aborter.signal).then(
      (turn) => {
        this.waiting.splice(this.waiting.indexOf(asker), 1)
        this.served.push(owner)
        this.held.push({ owner, turn })
      },
      () => this.waiting.splice(this.waiting.indexOf(asker), 1),
    )
  }
}

describe('createFairSemaphore', () => {
  it('serves one who comes behind sixty of another owner after one of them', async () => {
    const { semaphore } = setUp(1)
    const askers = new Askers(semaphore)
    for (let n = 0; n < 60; n++) askers.ask('crowd')
    askers.ask('honest')
    await settled()
    askers.held[0]?.turn.release()
    await settled()
    askers.held[1]?.turn.release()
    await settled()
    expect(askers.served).toEqual(['crowd', 'crowd', 'honest'])
  })

  it('says that a turn is over when it has lasted and another owner waits, and not for more of the same', async () => {
    const { semaphore, pass } = setUp(1)
    const askers = new Askers(semaphore)
    for (const owner of ['a', 'a']) askers.ask(owner)
    await settled()
    const turn = askers.held[0]?.turn
    pass(TURN_MS)
    expect(turn?.isOver).toBe(false)
    askers.ask('b')
    expect(turn?.isOver).toBe(true)
    pass(-1)
    expect(turn?.isOver).toBe(false)
  })

  it('serves each owner that waits before any other a second time, never too many at once, and loses none', async () => {
    const owner = fc.constantFrom('a', 'b', 'c', 'd')
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ask' as const), owner }),
      fc.record({ kind: fc.constantFrom('release' as const, 'abort' as const), at: fc.nat() }),
    )
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 60 }), check)
    await fc.assert(property, { numRuns: 300 })

    async function check(
      count: number,
      steps: readonly (
        { readonly kind: 'ask'; readonly owner: string } | { readonly kind: 'release' | 'abort'; readonly at: number }
      )[],
    ) {
      const { semaphore } = setUp(count)
      const askers = new Askers(semaphore)
      // of each owner that waits: who was served since it came, or since it was served last
      const since = new Map<string, string[]>()
      let served = 0
      const look = async () => {
        await settled()
        for (const owner of askers.served.slice(served)) {
          since.delete(owner)
          for (const others of since.values()) others.push(owner)
        }
        served = askers.served.length
        const names = new Set(askers.waiting.map((asker) => asker.owner))
        for (const owner of since.keys()) if (!names.has(owner)) since.delete(owner)
        for (const owner of names) if (!since.has(owner)) since.set(owner, [])
        for (const others of since.values()) expect(new Set(others).size).toBe(others.length)
        expect([semaphore.taken, semaphore.waiting]).toEqual([askers.held.length, askers.waiting.length])
        expect(semaphore.taken).toBeLessThanOrEqual(count)
        if (semaphore.waiting > 0) expect(semaphore.taken).toBe(count)
      }
      for (const one of steps) {
        if (one.kind === 'ask') askers.ask(one.owner)
        else if (one.kind === 'abort') askers.waiting.at(one.at % askers.waiting.length)?.aborter.abort()
        else if (askers.held.length > 0) {
          const [done] = askers.held.splice(one.at % askers.held.length, 1)
          done?.turn.release()
          done?.turn.release()
        }
        await look()
      }
      while (askers.held.length > 0) {
        askers.held.shift()?.turn.release()
        await look()
      }
      expect([semaphore.taken, semaphore.waiting]).toEqual([0, 0])
    }
  })
})
