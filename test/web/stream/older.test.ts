import { describe, expect, it } from 'vitest'
import { WatchError } from '../../../src/client/index.ts'
import { createQueue } from '../../../src/util/waiting/queue.ts'
import type { Change } from '../../../web/stream/change.ts'
import { readOlder } from '../../../web/stream/older.ts'
import type { OpenWatch } from '../../../web/stream/view-watch.ts'
import { createManualClock, toChange } from './fakes.ts'

const at = (t: number, i = 0): Change => ({
  ...toChange(`82${t}.${i}`),
  clusterTime: { $timestamp: { t, i } },
})

/** An oplog with these events, that has lost what was before a time. */
function createOplog(events: readonly Change[], beginsAt: number) {
  const starts: number[] = []
  let open = 0
  const openFrom: OpenWatch = ({ startAtOperationTime }) => {
    const start = Number(/"t": (\d+)/.exec(String(startAtOperationTime))?.[1])
    starts.push(start)
    open += 1
    const queue = createQueue<Change>({ onStart() {}, onEmpty() {}, onOver: () => void (open -= 1) })
    if (start < beginsAt) queue.end({ error: new WatchError('HISTORY_LOST', 'Gone', { resumeToken: undefined }) })
    for (const event of events) if (timeOf(event) >= start) queue.push(event)
    return Object.assign(queue, { retryNow() {} })
  }
  return { openFrom, starts, isOpen: () => open > 0 }
}

const timeOf = ({ clusterTime }: Change) => (clusterTime as { $timestamp: { t: number } }).$timestamp.t

const read = (oplog: ReturnType<typeof createOplog>, before: Change, more: { most?: number } = {}) =>
  readOlder({
    open: oplog.openFrom,
    before,
    seconds: 10,
    clock: createManualClock(),
    signal: new AbortController().signal,
    ...more,
  })

describe('what is older', () => {
  it('is what happened just before, without a gap, however long ago that was', async () => {
    for (const distance of [1, 9, 300, 86_400]) {
      const events = [at(1_000_000 - distance), at(1_000_000, 1), at(1_000_000, 2), at(1_000_001)]
      const oplog = createOplog(events, 0)
      const { changes, isBeginning } = await read(oplog, at(1_000_000, 2))
      expect(changes.map(({ resumeToken }) => resumeToken).at(-1)).toBe('821000000.1')
      expect(isBeginning).toBe(false)
      expect(oplog.isOpen()).toBe(false)
      const before = await read(oplog, at(1_000_000, 1))
      expect(before.changes.map(({ resumeToken }) => resumeToken)).toEqual([`82${1_000_000 - distance}.0`])
    }
  })

  it('ends where the oplog begins, within a few looks', async () => {
    const events = [at(999_100), at(1_000_000)]
    const oplog = createOplog(events, 999_000)
    expect((await read(oplog, at(1_000_000))).changes).toEqual([at(999_100)])
    expect(await read(oplog, at(999_100))).toEqual({ changes: [], isBeginning: true })
    expect(oplog.starts.length).toBeLessThan(30)
    expect(oplog.isOpen()).toBe(false)
  })

  it('is bounded: the newest of what there is', async () => {
    const events = Array.from({ length: 5_000 }, (_, n) => at(999_990, n))
    const { changes } = await read(createOplog(events, 0), at(999_990, 4_990), { most: 100 })
    expect(changes).toEqual(events.slice(4_890, 4_990))
  })

  it('rejects with what the relay refuses for another reason', async () => {
    const oplog = createOplog([], 0)
    const open: OpenWatch = (options) => {
      const watch = oplog.openFrom(options)
      void watch.return()
      const queue = createQueue<Change>({ onStart() {}, onEmpty() {}, onOver() {} })
      queue.end({ error: new WatchError('FORBIDDEN', 'No', { resumeToken: undefined }) })
      return Object.assign(queue, { retryNow() {} })
    }
    await expect(read({ ...oplog, openFrom: open }, at(10))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
