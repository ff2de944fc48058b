import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RelayError } from '../../../src/errors.ts'
import type { FakeSource } from './model/fake-source.ts'
import { COHORTS, createRig, expectKeptByState, Reader, settle } from './model/rig.ts'

type Rig = ReturnType<typeof createRig>

const NOTICES = new Set(['started', 'interrupted', 'resumed', 'position'])

const index = fc.nat({ max: 1_000 })
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('subscribe' as const), cohort: index, at: index, from: index }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('emit' as const), count: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('drain' as const), at: index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), turns: fc.integer({ min: 1, max: 12 }) }) },
  fc.record({ do: fc.constantFrom('idle' as const, 'announce' as const, 'interrupt' as const, 'mend' as const) }),
  fc.record({ do: fc.constantFrom('close' as const, 'end' as const), at: index }),
  fc.record({ do: fc.constant('lose' as const), count: fc.integer({ min: 0, max: 40 }) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A reader that starts after what the log has yet, and is full when that comes. */
const DRAINED_AMIDST_THE_LOG: Step[] = [
  { do: 'settle', turns: 1 },
  { do: 'emit', count: 13 },
  { do: 'subscribe', cohort: 371, at: 55, from: 0 },
  { do: 'interrupt' },
  { do: 'settle', turns: 1 },
]

/** What is done to the readers, and to the source. */
async function take(rig: Rig, readers: Reader[], one: Step): Promise<void> {
  const { source } = rig
  const readerAt = (at: number) => readers[at % Math.max(1, readers.length)]
  switch (one.do) {
    case 'subscribe': {
      const reader = new Reader(COHORTS[one.cohort % COHORTS.length] ?? 'all', one.at % 5 === 0 ? 3 : 40)
      const starts = [one.at, 'now', { last: 1 + (one.at % 20) }] as const
      const start = starts[one.from % 3] ?? 'now'
      readers.push(reader)
      const owner = `owner ${one.cohort % 2}`
      rig.subscribe(reader, owner, typeof start === 'number' ? start % (source.history.length + 1) : start)
      return
    }
    case 'emit':
      for (let n = 0; n < one.count; n++) source.emit(n % 20 === 19 ? 'replace' : n % 2 === 0 ? 'insert' : 'delete')
      return
    case 'drain':
      return readerAt(one.at)?.drain()
    case 'settle':
      return settle(one.turns)
    case 'announce':
      return rig.stream.fanOut.announcePositions()
    case 'idle':
      return source.idle()
    case 'interrupt':
    case 'mend':
      source.isReachable = one.do === 'mend'
      return
    case 'close':
      return readerAt(one.at)?.close()
    case 'end':
      return readerAt(one.at)?.subscription?.end(new RelayError('FORBIDDEN', 'Over'))
    case 'lose':
      // a shared stream that has not begun, or begins again, would be over
      if (isAtPresent(rig)) source.lose(one.count)
      return
  }
}

function isAtPresent({ stream: { log } }: Rig): boolean {
  return log.reached !== undefined && log.reached >= log.warmUntil
}

/** The model: exactly what follows the start, in order, up to the position that the end names. */
function expectContract({ source }: Rig, reader: Reader): void {
  const { got, cohort, startsAfter, beganAt, positions, error, isClosed } = reader
  const announced = got.flatMap(([type, token], n) => (type === 'position' ? [[n, token] as const] : []))
  for (const [n, token] of announced) expect(got[n - 1]?.[1]).not.toBe(token)
  for (const [count, position] of [...positions, ...announced]) {
    for (const [, token] of got.slice(0, count)) expect(token <= position).toBe(true)
    // notices repeat the position that they are at
    for (const [type, token] of got.slice(count)) expect(NOTICES.has(type) || token > position).toBe(true)
  }
  const [first] = got
  if (first === undefined) return
  const isAll = cohort !== 'inserts' && cohort !== 'positions'
  const isSilent = cohort === 'silent'
  expect(first[0] === 'started').toBe(!isSilent)
  expect(got.filter(([type]) => type === 'started')).toHaveLength(isSilent ? 0 : 1)
  const start = startsAfter ?? (isSilent ? String(beganAt) : first[1])
  expect(first[1] >= start).toBe(true)
  const tokens = got.map(([, token]) => token)
  expect(tokens).toEqual([...tokens].sort())
  const changes = got.map(([type]) => type).filter((type) => type === 'interrupted' || type === 'resumed')
  expect(changes).toEqual(changes.map((_, n) => (n % 2 === 0 ? 'interrupted' : 'resumed')))

  const events = got.filter(([type]) => !NOTICES.has(type))
  const wanted = source.history
    .map(({ event, resumeToken }) => [String(event.value('operationType')), resumeToken] as const)
    .filter(([type, token]) => token > start && (isAll || type === 'insert'))
  const end = error?.resumeToken
  if (isClosed || error?.code === 'HISTORY_LOST') expect(events).toEqual(wanted.slice(0, events.length))
  else expect(events).toEqual(wanted.filter(([, token]) => token <= String(end)))
}

/** Has all that are not ended get everything. */
async function goOn({ source, stream }: Rig, readers: readonly Reader[]): Promise<void> {
  source.isReachable = true
  for (let n = 0; n < 1_000; n++) {
    // who starts now is not sure to have it all before a later event
    if (n % 20 === 0) source.emit('insert')
    await settle(3)
    for (const reader of readers) reader.drain()
    const isOver = [...stream.cohorts.values()].every(({ others }) => others.size === 0)
    if (isOver && stream.log.reached !== undefined && stream.log.reached >= source.now) return
  }
  const states = [...stream.cohorts.values()].flatMap(({ others }) => [...others].map(({ state }) => state))
  throw new Error(`Some never get there: ${states.join()}`)
}

const TITLE =
  'gives each subscriber what follows its start, in order and once, whatever happens, or ends it with a position'

describe('a shared stream', () => {
  it.each([
    ['now', 0, false],
    ['8 s before now', 8_000, false],
    ['a minute before now', 60_000, false],
    ['a minute before now, which cannot be read', 60_000, true],
  ])(`${TITLE}: begun %s`, async (_, warmStartMs, fails) => {
    const before = (source: FakeSource) => {
      source.failsBeforePresent = fails
      if (warmStartMs > 0) for (let n = 0; n < 25; n++) source.emit('insert')
    }
    const reached = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const rig = createRig({ warmStartMs, before })
        const readers: Reader[] = []
        try {
          for (const one of steps) {
            await take(rig, readers, one)
            expectKeptByState(rig.stream)
            for (const reader of readers) reader.notePosition()
            for (const { others, live } of rig.stream.cohorts.values()) {
              for (const { state } of [...others, ...live]) reached.add(state)
            }
          }
          await goOn(rig, readers)
        } finally {
          rig.stop()
        }
        for (const reader of readers) expectContract(rig, reader)
        expect(rig.stream).toMatchObject({ size: 0, behind: new Set(), cohorts: new Map() })
        await settle(3)
        expect(rig.source.open).toBe(0)
      }),
      { numRuns: 100, examples: [[DRAINED_AMIDST_THE_LOG]] },
    )
    // otherwise the steps say little
    expect([...reached].sort()).toEqual(['behind', 'catchingUp', 'live', 'starting', 'stuck'])
  })
})
