import { createHash } from 'node:crypto'
import { serialize } from 'bson'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LazyDocument } from '../../../../src/bson/codec/lazy-document.ts'
import { imagesFor } from '../../../../src/relay/changes/images.ts'
import type { Position } from '../../../../src/relay/changes/position.ts'
import type { StreamOptions } from '../../../../src/relay/changes/stream-options.ts'
import { nextTimestamp } from '../../../../src/relay/changes/timestamp.ts'
import { fromTokenString } from '../../../../src/relay/changes/tokens/resume-token.ts'
import { toChange } from '../../../../src/relay/changes/to-change.ts'
import { createFeed, type Feed } from '../../../../src/relay/feed/feed.ts'
import type { FeedLimits } from '../../../../src/relay/feed/options.ts'
import { createDeployment } from '../../../../src/relay/mongo/deployment.ts'
import { createMongoSource } from '../../../../src/relay/mongo/mongo-source.ts'
import { openStream } from '../../../../src/relay/mongo/stream/open-stream.ts'
import { useDeployment } from '../../../support/use-deployment.ts'
import { choiceOf, ImageReader } from '../model/image-reader.ts'
import { textOf } from '../model/image-source.ts'

const MIB = 1_048_576

const action = fc.record({
  do: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('insert', 'update', 'replace', 'delete') },
    fc.constantFrom('record', 'forget', 'drop', 'rename', 'replaced'),
  ),
  id: fc.nat({ max: 3 }),
})
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never

const actions = fc.array(action, { minLength: 3, maxLength: 14 })

/** What a stream gave: tokens and events, and the server's number of what ended it. */
interface Course {
  readonly events: (readonly [token: string, text: string, event: LazyDocument])[]
  code: number | undefined
}

describe('subscribers of one collection with all images', () => {
  const at = useDeployment()
  let deployment: ReturnType<typeof createDeployment>
  let feed: Feed | undefined
  const db = () => at.client.db(at.db)
  const coll = () => db().collection<{ _id: number | string }>('c')
  let writes = 0

  beforeEach(() => {
    deployment = createDeployment({ uri: at.uri, maxAwaitTimeMs: 20 })
  })
  afterEach(async () => {
    feed?.stop()
    await deployment.close()
  })

  async function take({ do: what, id }: Action): Promise<void> {
    const n = ++writes
    switch (what) {
      case 'update':
        return void (await coll().updateOne({ _id: id }, { $set: { n } }, { upsert: true }))
      case 'replace':
        return void (await coll().replaceOne({ _id: id }, { n }, { upsert: true }))
      case 'delete':
        return void (await coll().deleteOne({ _id: id }))
      case 'record':
      case 'forget':
        await coll().insertOne({ _id: `made ${n}` })
        return void (await db().command({ collMod: 'c', changeStreamPreAndPostImages: { enabled: what === 'record' } }))
      case 'drop':
        return void (await coll().drop())
      case 'rename':
      case 'replaced':
        await coll().insertOne({ _id: `left ${n}` })
        if (what === 'rename') return void (await coll().rename(`other ${n}`))
        await db().collection('new').insertOne({ n })
        return void (await db().collection('new').rename('c', { dropTarget: true }))
      default:
        return void (await coll().insertOne({ _id: `${id} ${n}` }))
    }
  }

  /**
   * What a stream of its own with these options gives, to the end of what has happened. One that requires images fails
   * with all of the reply in which one is missing: so what it would have given before is taken from one that does not.
   */
  async function courseOf(chosen: StreamOptions, start: Position, end: string): Promise<Course> {
    const images = imagesFor(chosen)
    const all = await read({ ...chosen, ...images }, start, end)
    const missing = all.events.findIndex(([, , event]) => lacks(event, chosen))
    const { code } = await read(chosen, start, end)
    expect(code).toBe(missing < 0 ? undefined : 47)
    return { events: missing < 0 ? all.events : all.events.slice(0, missing), code }
  }

  function lacks(event: LazyDocument, { fullDocument, fullDocumentBeforeChange }: StreamOptions): boolean {
    const isNull = (name: string) => event.value(name) === null
    const isUpdate = event.value('operationType') === 'update'
    return (
      (fullDocument === 'required' && isUpdate && isNull('fullDocument')) ||
      (fullDocumentBeforeChange === 'required' && isNull('fullDocumentBeforeChange'))
    )
  }

  async function read(chosen: StreamOptions, start: Position, end: string): Promise<Course> {
    const course: Course = { events: [], code: undefined }
    let position = start
    for (;;) {
      const options = {
        scope: { db: at.db, coll: 'c' },
        ...chosen,
        position,
        maxAwaitTimeMs: 20,
        splitLargeEvents: true,
      }
      const stream = openStream(deployment.streams.current(), options)
      try {
        for (;;) {
          const intake = await stream.next()
          if (!intake) break
          if (!('events' in intake)) continue
          for (const raw of intake.events) {
            const { resumeToken, event } = toChange(raw)
            course.events.push([resumeToken, withoutLookup(event.bytes, chosen), event])
            position = { after: fromTokenString(resumeToken) }
            if (textOf(event.bytes).includes(end)) return course
          }
          if (textOf(intake.events.at(-1) ?? new Uint8Array()).includes('invalidate')) break
        }
      } catch (error) {
        course.code = (error as { code?: number }).code
        return course
      } finally {
        await stream.close()
      }
    }
  }

  /** What has happened since, as text: what is looked up is of the time at which it is. */
  function withoutLookup(bytes: Uint8Array, { fullDocument }: StreamOptions): string {
    const event = new LazyDocument(bytes)
    // texts of megabytes are no readable message
    if (bytes.length > MIB) return createHash('sha256').update(bytes).digest('hex')
    if (fullDocument !== 'updateLookup' || event.value('operationType') !== 'update') return textOf(bytes)
    const found = event.field('fullDocument')
    expect(found === null || found instanceof LazyDocument).toBe(true)
    return [...event.decode()].map(([name, value]) => (name === 'fullDocument' ? name : textOf(bytesOf(value)))).join()
  }

  const bytesOf = (value: unknown) => serialize({ value })

  async function expectOwn(reader: ImageReader, start: Position, end: string): Promise<void> {
    const course = await courseOf(reader.chosen, start, end)
    const isOver = () => reader.error !== undefined || reader.got.some((text) => text.includes(end))
    await expect.poll(isOver, { interval: 5 }).toBe(true)
    const got = reader.got.map((text, n) => {
      return [reader.tokens[n], withoutLookup(Buffer.from(text, 'latin1'), reader.chosen)]
    })
    expect(got.map(([token]) => token)).toEqual(course.events.map(([token]) => token))
    expect(got.map(([, text]) => text)).toEqual(course.events.map(([, text]) => text))
    if (course.code === undefined) return expect(reader.error).toBeUndefined()
    expect(course.code).toBe(47)
    expect([reader.error?.code, reader.error?.message]).toEqual([
      'UPSTREAM_FAILED',
      'A required pre-image or post-image is missing; enable changeStreamPreAndPostImages',
    ])
    // just before the event that lacks it
    const token = reader.error?.resumeToken ?? ''
    expect((await courseOf(reader.chosen, { after: fromTokenString(token) }, end)).events).toHaveLength(0)
  }

  function open(limits: Partial<FeedLimits> = {}): Feed {
    feed?.stop()
    return (feed = createFeed({ source: createMongoSource(deployment), limits }))
  }

  function subscribe(to: Feed, chosen: StreamOptions, start: Position): ImageReader {
    const reader = new ImageReader(chosen)
    reader.subscribe(to, { db: at.db, coll: 'c' }, start)
    return reader
  }

  it('are given what streams of their own give, from any token, whichever images that was given with', async () => {
    const limits = fc.constantFrom<Partial<FeedLimits>>({}, { windowEvents: 4 }, { warmStartMs: 0 }, { lingerMs: 0 })
    await fc.assert(
      fc.asyncProperty(actions, actions, limits, fc.infiniteStream(fc.nat({ max: 1_000 })), async (a, b, own, any) => {
        const next = () => Number(any.next().value)
        const start = { at: nextTimestamp(await at.operationTime()) }
        await coll().insertOne({ _id: `first ${++writes}` })
        for (const one of a) await take(one)
        const to = open(own)
        const readers: ImageReader[] = []
        for (const one of b) {
          readers.push(subscribe(to, choiceOf(next()), start))
          await take(one)
        }
        const end = `end ${++writes}`
        await coll().insertOne({ _id: end })
        for (const reader of readers) await expectOwn(reader, start, end)
        for (const { tokens } of readers) {
          const token = tokens[next() % Math.max(1, tokens.length)]
          if (token === undefined) continue
          const after = { after: fromTokenString(token) }
          // nothing follows the end
          if (token === tokens.at(-1)) continue
          await expectOwn(subscribe(to, choiceOf(next()), after), after, end)
        }
        expect(to.stats().upstreams).toBeLessThanOrEqual(2)
      }),
      { numRuns: 12 },
    )
  })

  it('are given events over 16 MiB as streams of their own give them, and go on after them with any images', async () => {
    const start = { at: nextTimestamp(await at.operationTime()) }
    await db().createCollection('c', { changeStreamPreAndPostImages: { enabled: true } })
    await coll().insertOne({ _id: 1 })
    await coll().updateOne({ _id: 1 }, { $set: { text: 'x'.repeat(9 * MIB) } })
    await coll().insertOne({ _id: 'end of large' })
    const to = open()
    const readers = [0, 4, 7].map((n) => subscribe(to, choiceOf(n), start))
    for (const reader of readers) await expectOwn(reader, start, 'end of large')
    const [first] = readers
    expect(readers.map(({ tokens }) => tokens)).toEqual(readers.map(() => first?.tokens))
    const after = { after: fromTokenString(first?.tokens.at(-2) ?? '') }
    await expectOwn(subscribe(to, choiceOf(11), after), after, 'end of large')
  })
})
