import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RelayError } from '../../../../src/errors.ts'
import { fromTokenString } from '../../../../src/relay/changes/tokens/resume-token.ts'
import { createFeed, type Feed } from '../../../../src/relay/feed/feed.ts'
import { choiceOf, ImageReader } from '../model/image-reader.ts'
import { ImageSource, type Shown, textOf } from '../model/image-source.ts'
import { settle } from '../model/rig.ts'

const SCOPE = { db: 'shop', coll: 'orders' }

const index = fc.nat({ max: 1_000 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('subscribe' as const), chosen: index, at: index, from: index }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('emit' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), turns: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('drain' as const, 'close' as const), at: index }) },
  fc.record({ do: fc.constantFrom('interrupt' as const, 'mend' as const, 'idle' as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What went wrong once. */
const EXAMPLES: readonly (readonly Step[])[] = [
  // images are read again that are given up meanwhile, and wanted again
  [
    { do: 'emit', count: 9 },
    { do: 'subscribe', chosen: 0, at: 0, from: 0 },
    { do: 'emit', count: 9 },
    { do: 'emit', count: 4 },
    { do: 'settle', turns: 7 },
    { do: 'subscribe', chosen: 819, at: 0, from: 1 },
    { do: 'settle', turns: 1 },
    { do: 'subscribe', chosen: 148, at: 0, from: 94 },
    { do: 'settle', turns: 1 },
    { do: 'emit', count: 1 },
  ],
  // the first event after a start from now on lacks an image that is required
  [
    { do: 'emit', count: 5 },
    { do: 'emit', count: 7 },
    { do: 'emit', count: 2 },
    { do: 'emit', count: 6 },
    { do: 'emit', count: 2 },
    { do: 'subscribe', chosen: 607, at: 0, from: 0 },
    { do: 'subscribe', chosen: 465, at: 0, from: 0 },
    { do: 'settle', turns: 6 },
    { do: 'emit', count: 1 },
    { do: 'subscribe', chosen: 241, at: 0, from: 191 },
  ],
]

const TYPES = ['insert', 'update', 'replace', 'update', 'delete', 'update'] as const

function take({ source, feed }: { source: ImageSource; feed: Feed }, readers: ImageReader[], one: Step): void {
  const readerAt = (at: number) => readers[at % Math.max(1, readers.length)]
  switch (one.do) {
    case 'subscribe': {
      const chosen = choiceOf(one.chosen)
      const reader = new ImageReader(chosen, one.at % 4 === 0 ? 3 : 1_000)
      const token = source.history[one.at % Math.max(1, source.history.length)]?.resumeToken
      const starts = [token === undefined ? 'now' : { after: fromTokenString(token) }, 'now', { last: 5 }] as const
      reader.subscribe(feed, SCOPE, starts[one.from % 3] ?? 'now', `${one.from % 2}`)
      readers.push(reader)
      return
    }
    case 'emit':
      for (let n = 0; n < one.count; n++) source.emit(TYPES[source.history.length % TYPES.length] ?? 'insert')
      return
    case 'drain':
      return readerAt(one.at)?.drain()
    case 'close':
      return readerAt(one.at)?.close()
    case 'idle':
      return source.idle()
    case 'interrupt':
    case 'mend':
      source.isReachable = one.do === 'mend'
      return
    case 'settle':
  }
}

/** What a stream with the reader's options gives after its start, and how that ends. */
function courseOf(source: ImageSource, { chosen, beganAt = '' }: ImageReader) {
  const events: string[] = []
  const tokens: string[] = []
  for (const change of source.history.filter(({ resumeToken }) => resumeToken > beganAt)) {
    const shown = source.show(change, chosen)
    tokens.push(change.resumeToken)
    if (shown instanceof RelayError) return { events, tokens, error: shown }
    events.push(textOf(shown.event.bytes))
  }
  return { events, tokens, error: undefined }
}

function messageOf(shown: Shown): string | undefined {
  return shown instanceof RelayError ? shown.message : undefined
}

function expectContract(source: ImageSource, reader: ImageReader): void {
  const { got, tokens, error, isClosed, chosen, beganAt } = reader
  if (source.isOld && chosen.fullDocumentBeforeChange !== 'off' && !isClosed) {
    expect([error?.code, error?.message, got]).toEqual([
      'UPSTREAM_FAILED',
      'The server does not know this change stream option',
      [],
    ])
    return
  }
  // what was closed, or failed with its first event, may not have begun
  if (beganAt === undefined) return expect(isClosed || error !== undefined).toBe(true)
  const course = courseOf(source, reader)
  expect(got).toEqual(isClosed || error ? course.events.slice(0, got.length) : course.events)
  if (isClosed) return
  if (error?.code === 'EVENT_TOO_LARGE') {
    // what all of a stream fail with, as soon as that gets to it
    const failures = source.history.filter((change) => messageOf(source.show(change, chosen)) === error.message)
    expect(failures.length).toBeGreaterThan(0)
  } else expect([error?.code, error?.message]).toEqual([course.error?.code, course.error?.message])
  if (!error) return
  // one that reads slowly is ended where it is
  const from = tokens.at(-1) ?? beganAt
  expect([String(error.resumeToken), from].toSorted()[0]).toBe(from)
  const next = course.tokens[got.length]
  if (next !== undefined) expect(String(error.resumeToken) < next).toBe(true)
}

async function goOn(source: ImageSource, readers: readonly ImageReader[]): Promise<void> {
  source.isReachable = true
  const isDone = (reader: ImageReader) => {
    if (reader.isClosed || reader.error) return true
    if (reader.beganAt === undefined) return false
    const course = courseOf(source, reader)
    return course.error === undefined && reader.got.length === course.events.length
  }
  for (let n = 0; n < 2_000; n++) {
    await settle(3)
    for (const reader of readers) reader.drain()
    // who starts now is not sure to have begun before a later event
    if (n < 100 && n % 20 === 0) source.emit('update')
    if (n > 100 && readers.every(isDone)) return
    // one that asks for the last events waits for a log for a while, which may be of a stream that is over
    if (n > 100) await sleep(1)
  }
  const late = readers.filter((reader) => !isDone(reader))
  throw new Error(
    `Some never get there: ${late.map(({ chosen, beganAt, got }) => JSON.stringify({ chosen, beganAt, got: got.length })).join()}`,
  )
}

describe('subscribers of one collection with any images', () => {
  it.each([
    ['are given what streams of their own would give', { lingerMs: 60_000 }, false],
    ['are, where images are given up at once that are not needed any more', { lingerMs: 0 }, false],
    ['are, from a server that knows no pre-images', { lingerMs: 60_000 }, true],
    ['are, where one stream is always there', { lingerMs: 0, isKept: true }, false],
    ['are, without a warm start', { lingerMs: 60_000, warmStartMs: 0 }, false],
  ])('%s', async (_, { isKept, ...limits }: { isKept?: boolean; lingerMs: number; warmStartMs?: number }, isOld) => {
    let merged = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const source = new ImageSource(isOld)
        for (let n = 0; n < 7; n++) source.emit('update')
        const feed = createFeed({
          source,
          ...(isKept ? { defaultScope: SCOPE } : {}),
          limits: { windowEvents: 20, maxCatchUps: 3, catchUpTurnMs: 0, warmStartMs: 60_000, ...limits },
        })
        const readers: ImageReader[] = []
        try {
          for (const one of steps) {
            take({ source, feed }, readers, one)
            if (one.do === 'settle') await settle(one.turns)
          }
          await goOn(source, readers)
          expect(feed.stats().upstreams).toBeLessThanOrEqual(2)
          for (const reader of readers) expectContract(source, reader)
          if (new Set(readers.map(({ chosen }) => chosen)).size > 2) merged++
        } finally {
          feed.stop()
        }
        expect(source.mostUpstreams).toBeLessThanOrEqual(2)
        await settle(3)
        expect(source.open).toBe(0)
      }),
      { numRuns: Number(process.env['COURSES'] ?? 150), examples: EXAMPLES.map((one): [Step[]] => [[...one]]) },
    )
    // otherwise the steps say little
    expect(merged).toBeGreaterThan(20)
  })
})
