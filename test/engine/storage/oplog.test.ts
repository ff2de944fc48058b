import { describe, expect, it } from 'vitest'
import { compareTimestamps } from '../../../src/bson/compare.ts'
import { Int32, type Timestamp } from '../../../src/bson/values.ts'
import { Oplog } from '../../../src/engine/storage/oplog.ts'

const place = { db: 'a', coll: 'c' }

function insert(id: number, bytes = 100) {
  return { ...place, change: { kind: 'insert', id: new Int32(id), after: Buffer.alloc(bytes) } as const }
}

describe('oplog', () => {
  it('gives rising times, whatever the clock does', () => {
    let now = 5_000
    const oplog = new Oplog(1e6, () => now)
    const times: Timestamp[] = []
    for (const next of [5_000, 5_000, 6_000, 4_000, 6_999, 7_000]) {
      now = next
      times.push(oplog.tick())
    }
    for (const [i, time] of times.entries()) {
      const before = times[i - 1]
      if (before) expect(compareTimestamps(before, time)).toBeLessThan(0)
    }
    expect(times.at(-1)).toMatchObject({ t: 7, i: 1 })
  })

  it('gives the entries of a transaction one time and rising indexes', () => {
    const oplog = new Oplog(1e6, () => 1_000)
    oplog.append([insert(1), insert(2)], { lsid: new Map(), txnNumber: 1n })
    const [first, second] = [oplog.at(0), oplog.at(1)]
    expect(first?.time).toEqual(second?.time)
    expect([first?.index, second?.index]).toEqual([0, 1])
  })

  it('drops the oldest entries beyond its bytes, keeps positions, and says what is gone', () => {
    const oplog = new Oplog(10_000, () => 1_000)
    const start = oplog.lastTime
    for (let i = 0; i < 10_000; i++) oplog.append([insert(i)])
    expect(oplog.end).toBe(10_000)
    expect(oplog.end - oplog.begin).toBeLessThan(30)
    expect(oplog.at(oplog.begin - 1)).toBeUndefined()
    expect(oplog.at(oplog.end - 1)?.change).toMatchObject({ id: new Int32(9_999) })
    expect(oplog.isTruncatedSince(start)).toBe(true)
    const middle = oplog.at(oplog.begin + 3)
    expect(middle && oplog.positionOf(middle.time)).toBe(oplog.begin + 3)
    expect(middle && oplog.isTruncatedSince(middle.time)).toBe(false)
  })

  it('keeps the newest entry however large it is', () => {
    const oplog = new Oplog(1_000, () => 1_000)
    oplog.append([insert(1, 50_000)])
    expect(oplog.at(0)?.change).toMatchObject({ id: new Int32(1) })
  })
})
