import { Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import type { PositionRing } from '../../src/feed/position-ring.ts'
import { createPositionRing } from '../../src/feed/position-ring.ts'

const origin = { at: new Timestamp({ t: 1, i: 1 }) }
const push = (ring: PositionRing, token: string) => ring.push(token, { _data: token })
const after = (token: string) => ({ after: { _data: token } })

describe('createPositionRing', () => {
  it('knows nothing before it has an origin', () => {
    const ring = createPositionRing(3)
    push(ring, '01')
    expect(ring.before(1)).toBeUndefined()
  })

  it('starts before the n-th last event', () => {
    const ring = createPositionRing(3)
    ring.reset(origin)
    for (const token of ['01', '02', '03']) push(ring, token)
    expect(ring.before(0)).toEqual(after('03'))
    expect(ring.before(1)).toEqual(after('02'))
    expect(ring.before(2)).toEqual(after('01'))
  })

  it('starts at the origin when fewer events are remembered than asked for', () => {
    const ring = createPositionRing(3)
    ring.reset(origin)
    push(ring, '01')
    expect(ring.before(1)).toEqual(origin)
    expect(ring.before(3)).toEqual(origin)
  })

  it('forgets the oldest positions, and still gives as many events as it holds', () => {
    const ring = createPositionRing(3)
    ring.reset(origin)
    for (const token of ['01', '02', '03', '04', '05']) push(ring, token)
    expect(ring.before(3)).toEqual(after('02'))
    expect(ring.before(100)).toEqual(after('02'))
  })

  it('takes an event once, from whichever reader brings it first', () => {
    const ring = createPositionRing(3)
    ring.reset(origin)
    for (const token of ['01', '02', '01', '02', '03']) push(ring, token)
    expect(ring.before(2)).toEqual(after('01'))
  })

  it('tells when it has seen everything up to a cluster time', async () => {
    const ring = createPositionRing(3)
    const settled: string[] = []
    const wait = (t: number, i: number) => ring.reaches(new Timestamp({ t, i })).then(() => settled.push(`${t}.${i}`))
    const waits = [wait(1, 1), wait(1, 2), wait(1, 3)]
    ring.advance('82000000010000000129')
    await waits[0]
    expect(settled).toEqual(['1.1'])
    push(ring, '8200000001000000022B04')
    await waits[1]
    expect(settled).toEqual(['1.1', '1.2'])
    push(ring, '8200000002000000012B04')
    await Promise.all([waits[2], wait(2, 1)])
  })
})
