import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { createClusterClock } from '../../../../src/relay/mongo/cluster-clock.ts'
import { createDeferred } from '../../../../src/relay/feed/waiting/deferred.ts'
import { createLog } from '../../../../src/relay/feed/log.ts'
import { createWaitList } from '../../../../src/util/wait-list.ts'
import { createWaiters } from '../../../../src/relay/feed/waiting/waiters.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Has some wait and leave, and gives what is kept of them. */
async function keptOf(wait: (signal: AbortSignal) => Promise<unknown>): Promise<number> {
  const kept: WeakRef<AbortSignal>[] = []
  const waits: Promise<unknown>[] = []
  for (let count = 0; count < 50; count++) {
    const aborter = new AbortController()
    kept.push(new WeakRef(aborter.signal))
    waits.push(wait(aborter.signal).catch(() => undefined))
    aborter.abort()
  }
  await Promise.all(waits.splice(0))
  // a reference that was looked at lives until the end of the turn
  for (let round = 0; round < 3; round++) {
    await turn()
    collectGarbage()
  }
  return kept.filter((reference) => reference.deref() !== undefined).length
}

const timeOf = (t: number) => new Timestamp({ t, i: 0 })

describe('what waits while MongoDB is away', () => {
  it('is forgotten by a deferred when it leaves', async () => {
    const deferred = createDeferred()
    // one that belongs to the loop's last round may still be on the stack
    expect(await keptOf((signal) => deferred.wait(signal))).toBeLessThanOrEqual(1)
    expect(deferred.isResolved).toBe(false)
  })

  it('is forgotten by a log that stands still when it leaves', async () => {
    const waiters = createWaiters(createLog({ maxBytes: 1_000, maxEvents: 10 }))
    expect(await keptOf((signal) => waiters.reaches('82', signal))).toBeLessThanOrEqual(1)
    waiters.wake()
  })

  it('is forgotten by a clock that waits for the server when it leaves', async () => {
    const answers: ((time: Timestamp) => void)[] = []
    const clock = createClusterClock(() => new Promise((resolve) => answers.push(resolve)))
    const { signal } = new AbortController()
    const current = clock.now(signal)
    await turn()
    const following = clock.now(signal)
    expect(await keptOf((leaving) => clock.now(leaving))).toBeLessThanOrEqual(1)
    answers[0]?.(timeOf(1))
    expect(await current).toEqual(timeOf(1))
    await turn()
    answers[1]?.(timeOf(2))
    expect(await following).toEqual(timeOf(2))
  })
})

describe('a cluster clock', () => {
  it('reads the time after it was asked, once for all who ask meanwhile', async () => {
    const answers: ((time: Timestamp) => void)[] = []
    const clock = createClusterClock(() => new Promise((resolve) => answers.push(resolve)))
    const { signal } = new AbortController()
    const first = clock.now(signal)
    await turn()
    const later = [clock.now(signal), clock.now(signal)]
    answers[0]?.(timeOf(1))
    expect(await first).toEqual(timeOf(1))
    await turn()
    answers[1]?.(timeOf(2))
    expect(await Promise.all(later)).toEqual([timeOf(2), timeOf(2)])
    expect(answers).toHaveLength(2)
  })

  it('tells all who ask of a failure, and tries again for the next', async () => {
    let fails = true
    const clock = createClusterClock(async () => {
      if (fails) throw new Error('away')
      return timeOf(1)
    })
    const { signal } = new AbortController()
    const both = await Promise.allSettled([clock.now(signal), clock.now(signal)])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    fails = false
    expect(await clock.now(signal)).toEqual(timeOf(1))
  })

  it('gives a signal that aborts its reason', async () => {
    const clock = createClusterClock(() => new Promise(() => undefined))
    const aborter = new AbortController()
    const asked = clock.now(aborter.signal)
    aborter.abort(new Error('gone'))
    await expect(asked).rejects.toThrow('gone')
  })
})

describe('a deferred', () => {
  it('lets those through who waited, and those who come later', async () => {
    const deferred = createDeferred()
    const { signal } = new AbortController()
    const early = deferred.wait(signal)
    deferred.resolve()
    await early
    await deferred.wait(signal)
  })

  it('fails those who waited, and those who come later', async () => {
    const deferred = createDeferred()
    const { signal } = new AbortController()
    const early = deferred.wait(signal)
    deferred.reject(new Error('refused'))
    await expect(early).rejects.toThrow('refused')
    await expect(deferred.wait(signal)).rejects.toThrow('refused')
  })

  it('gives a signal that has aborted its reason, open or not', async () => {
    const deferred = createDeferred()
    const gone = AbortSignal.abort(new Error('gone'))
    await expect(deferred.wait(gone)).rejects.toThrow('gone')
    deferred.resolve()
    await expect(deferred.wait(gone)).rejects.toThrow('gone')
  })
})

describe('a wait list', () => {
  it('releases whom it is due, and no other', async () => {
    const list = createWaitList<number>()
    const { signal } = new AbortController()
    const first = list.wait(1, signal)
    const second = list.wait(2, signal)
    list.release((key) => key <= 1)
    await first
    expect(list.size).toBe(1)
    list.fail(new Error('over'))
    await expect(second).rejects.toThrow('over')
    expect(list.size).toBe(0)
  })
})
