import { describe, expect, it } from 'vitest'
import { checkSubscriber } from './check.ts'
import type { SeenEvent } from './events.ts'
import { selfTest } from './self-test.ts'

function event(i: number, group = 0): SeenEvent {
  return { token: `82${i}`, operationType: 'insert', group, content: `${i}` }
}

const interest = { groups: new Set([0]) }

describe('the check', () => {
  it.each([1, 2, 3])('catches each kind of falsification, with seed %i', (seed) => {
    expect(selfTest(seed).filter(({ caught }) => !caught)).toEqual([])
  })

  it('asks for no more than what is of interest', () => {
    const oracle = [event(0), event(1, 1), event(2)]
    const connections = [{ events: [event(0), event(2)], announcedLoss: false }]
    expect(checkSubscriber(oracle, { interest, connections })).toMatchObject({ expected: 2, delivered: 2, missing: 0 })
  })

  it('takes what is not of interest for an invention', () => {
    const oracle = [event(0), event(1, 1)]
    const connections = [{ events: oracle, announcedLoss: false }]
    expect(checkSubscriber(oracle, { interest, connections })).toMatchObject({ invented: 1 })
  })

  it('excuses what lies between an announced loss and the next event, and nothing else', () => {
    const oracle = [0, 1, 2, 3, 4, 5].map((i) => event(i))
    const connections = [
      { events: [event(0)], announcedLoss: true },
      { events: [event(3), event(5)], announcedLoss: false },
    ]
    expect(checkSubscriber(oracle, { interest, connections })).toMatchObject({ announced: 2, missing: 1 })
  })
})
