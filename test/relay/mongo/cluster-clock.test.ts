import { setImmediate as turn } from 'node:timers/promises'
import { Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { createClusterClock } from '../../../src/relay/mongo/cluster-clock.ts'
import { keptOf } from '../../support/kept-of.ts'

const timeOf = (t: number) => new Timestamp({ t, i: 0 })

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

  it('forgets those who leave while it waits for the server', async () => {
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
