import { Timestamp } from 'bson'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { RelayError } from '../../../../src/errors.ts'
import type { ChangeSource, SourceEvent, WatchOptions } from '../../../../src/relay/changes/change-source.ts'
import { NO_IMAGES } from '../../../../src/relay/changes/images.ts'
import { earlier } from '../../../../src/relay/changes/timestamp.ts'
import { timeKey, timeToken } from '../../../../src/relay/changes/tokens/token-order.ts'
import { startUpstream, type UpstreamEvent, type UpstreamPlace } from '../../../../src/relay/feed/upstreams/upstream.ts'
import { useOnEnd } from '../../../support/on-end.ts'

const PRESENT = new Timestamp({ t: 1_000, i: 1 })
const WARM_START_MS = 60_000
const CHOSEN = { ...NO_IMAGES, showExpandedEvents: false }

const positionAt = (t: number) => timeToken(timeKey(new Timestamp({ t, i: 1 })))
const batch = (t: number): SourceEvent => ({ type: 'batch', events: [], position: positionAt(t) })
const open: SourceEvent = {
  type: 'open',
  position: { at: earlier(PRESENT, WARM_START_MS) },
  present: { at: PRESENT },
}

/** What a stream that was opened does: reports, and then fails or goes on for ever. */
type Course = readonly (SourceEvent | RelayError)[]

describe('an upstream with a warm start', () => {
  afterEach(() => void vi.useRealTimers())
  const onEnd = useOnEnd()

  function start(courses: Course[], from?: UpstreamPlace) {
    const asked: object[] = []
    const events: UpstreamEvent[] = []
    const source = {
      async *watch({ start: begun, earlierMs, wasOpen }: WatchOptions, signal: AbortSignal) {
        asked.push({ start: begun, earlierMs, wasOpen })
        for (const step of courses.shift() ?? []) {
          if (step instanceof RelayError) throw step
          yield step
        }
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    } as unknown as ChangeSource
    const stop = startUpstream({ source, scope: {}, chosen: CHOSEN, warmStartMs: WARM_START_MS, from }, (event) =>
      events.push(event),
    )
    onEnd(stop)
    return { asked, events, stop, types: () => events.map(({ type }) => type) }
  }
  const failure = new RelayError('HISTORY_LOST', 'It is gone')
  const warm = { start: 'now', earlierMs: WARM_START_MS }

  it('begins before now, and says when its present is', async () => {
    const { asked, events, types } = start([[open, batch(950), batch(1_000), batch(1_001)]])
    await vi.waitFor(() => expect(types()).toEqual(['open', 'batch', 'batch', 'batch']))
    expect(asked).toEqual([warm])
    expect(events[0]).toMatchObject({ present: { at: PRESENT } })
  })

  it('begins now where what was before cannot be had', async () => {
    const { asked, types } = start([[failure], [{ type: 'open', position: { at: PRESENT } }, batch(1_001)]])
    await vi.waitFor(() => expect(types()).toEqual(['open', 'batch']))
    expect(asked).toEqual([warm, { start: 'now' }])
  })

  it('begins again at its present where it fails before that', async () => {
    const { asked, events, types } = start([
      [open, batch(950), failure],
      [open, batch(1_001)],
    ])
    await vi.waitFor(() => expect(types()).toEqual(['open', 'batch', 'restarted', 'open', 'batch']))
    expect(asked).toEqual([warm, { start: { at: PRESENT } }])
    expect(events[2]).toEqual({ type: 'restarted', position: { at: PRESENT } })
  })

  it('begins again at its present where it takes too long to get there', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { asked, types } = start([[open, batch(950)], [open]])
    await vi.waitFor(() => expect(types()).toEqual(['open', 'batch']))
    await vi.advanceTimersByTimeAsync(5_000)
    await vi.waitFor(() => expect(types()).toEqual(['open', 'batch', 'restarted', 'open']))
    expect(asked).toEqual([warm, { start: { at: PRESENT } }])
  })

  it('is over where it fails after that', async () => {
    const { asked, types } = start([[open, batch(1_000), failure]])
    await vi.waitFor(() => expect(types()).toEqual(['open', 'batch', 'ended']))
    expect(asked).toEqual([warm])
  })

  it('goes on where another one has got to, on to the present that that has not reached', async () => {
    const from = { position: { at: earlier(PRESENT, 10_000) }, present: { at: PRESENT }, wasOpen: true }
    const { asked, events, types } = start(
      [
        [{ ...open, position: from.position }, batch(995), failure],
        [open, batch(1_001)],
      ],
      from,
    )
    await vi.waitFor(() => expect(types()).toEqual(['open', 'batch', 'restarted', 'open', 'batch']))
    expect(asked).toEqual([{ start: from.position, wasOpen: true }, { start: { at: PRESENT } }])
    expect(events[2]).toEqual({ type: 'restarted', position: { at: PRESENT } })
  })

  it('goes on where another one has got to beyond that, and does not begin again', async () => {
    const from = { position: { at: PRESENT }, present: undefined, wasOpen: true }
    const { asked, types } = start([[{ ...open, position: from.position }, failure]], from)
    await vi.waitFor(() => expect(types()).toEqual(['open', 'ended']))
    expect(asked).toEqual([{ start: from.position, wasOpen: true }])
  })

  it('reports nothing after it has been stopped amidst what was before', async () => {
    const { stop, types } = start([[open, batch(950)], [open]])
    await vi.waitFor(() => expect(types()).toEqual(['open', 'batch']))
    stop()
    await new Promise((resolve) => setImmediate(resolve))
    expect(types()).toEqual(['open', 'batch'])
  })
})
