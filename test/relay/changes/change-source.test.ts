import { describe, expect, it } from 'vitest'
import type { ChangeBatch, ChangeSource, SourceEvent } from '../../../src/relay/changes/change-source.ts'
import { fromTokenString } from '../../../src/relay/changes/tokens/resume-token.ts'
import { timeKey } from '../../../src/relay/changes/tokens/token-order.ts'
import type { Position } from '../../../src/relay/changes/position.ts'
import { createDeployment } from '../../../src/relay/mongo/deployment.ts'
import { createMongoOrigin } from '../../../src/relay/mongo/mongo-origin.ts'
import { createMongoSource } from '../../../src/relay/mongo/mongo-source.ts'
import { useBackbone } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { type DeploymentFixture, useDeployment } from '../../support/use-deployment.ts'
import { FakeSource } from '../feed/model/fake-source.ts'

/** A source, and what makes changes in what it watches. */
interface Subject {
  readonly source: ChangeSource
  readonly db: string
  emit(count: number): Promise<void>
  close(): Promise<void>
}

const CHOSEN = { fullDocument: 'default', fullDocumentBeforeChange: 'off', showExpandedEvents: false } as const

/** What every source must do, for the feed to rely on it. */
function isSource(open: () => Promise<Subject>): void {
  /** Reads with the subject until there is enough; gives what was reported. */
  async function read(
    { source, db }: Subject,
    start: Position | 'now',
    isEnough: (event: SourceEvent) => boolean | Promise<boolean>,
  ): Promise<SourceEvent[]> {
    const reports: SourceEvent[] = []
    const aborter = new AbortController()
    for await (const event of source.watch({ scope: { db, coll: 'c' }, ...CHOSEN, start }, aborter.signal)) {
      reports.push(event)
      if (await isEnough(event)) break
    }
    return reports
  }
  const isBatch = (event: SourceEvent): event is ChangeBatch => event.type === 'batch'
  const batchesOf = (reports: readonly SourceEvent[]) => reports.filter(isBatch)
  const tokensOf = (reports: readonly SourceEvent[]) =>
    batchesOf(reports).flatMap(({ events }) => events.map(({ resumeToken }) => resumeToken))

  /** Whether so many events have come, and the word that there are no more. */
  const isQuietAfter = (count: number) => {
    let seen = 0
    return (event: SourceEvent) => isBatch(event) && (seen += event.events.length) >= count && event.events.length === 0
  }

  it('is open before all changes, which come in order, with the position that they lead to', async () => {
    await using subject = disposable(await open())
    const isQuiet = isQuietAfter(30)
    const reports = await read(subject, 'now', async (event) => {
      if (event.type === 'open') await subject.emit(30)
      return isQuiet(event)
    })
    expect(reports.map(({ type }) => type)).toEqual(['open', ...batchesOf(reports).map(() => 'batch')])
    const tokens = tokensOf(reports)
    expect(tokens).toHaveLength(30)
    expect(tokens).toEqual([...new Set(tokens)].sort())
    const positions = batchesOf(reports).map(({ position }) => position)
    expect(positions).toEqual(positions.toSorted())
    for (const { events, position } of batchesOf(reports)) {
      if (events.length > 0) expect(position).toBe(events.at(-1)?.resumeToken)
    }
    expect(String(positions.at(-1)) >= String(tokens.at(-1))).toBe(true)
  })

  it('goes on after each position that it has given, without a gap and without a duplicate', async () => {
    await using subject = disposable(await open())
    const isQuiet = isQuietAfter(12)
    const reports = await read(subject, 'now', async (event) => {
      if (event.type === 'open') await subject.emit(12)
      return isQuiet(event)
    })
    const tokens = tokensOf(reports)
    await subject.emit(1)
    for (const { position } of batchesOf(reports)) {
      const rest = tokens.filter((token) => token > position)
      const again = await read(subject, { after: fromTokenString(position) }, isQuietAfter(rest.length + 1))
      expect(tokensOf(again).slice(0, -1)).toEqual(rest)
    }
  })

  it.each([
    ['while there is more', 1],
    ['while it waits', 3],
  ])('ends with the reason of its signal: %s', async (_when, count) => {
    await using subject = disposable(await open())
    const { source, db } = subject
    const aborter = new AbortController()
    const events = source.watch({ scope: { db, coll: 'c' }, ...CHOSEN, start: 'now' }, aborter.signal)
    for (let n = 0; n < count; n++) await events.next()
    if (count === 1) aborter.abort(new Error('enough'))
    const next = events.next()
    aborter.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
  })

  it('tells a cluster time that what was acknowledged before is not later than', async () => {
    await using subject = disposable(await open())
    let time = ''
    const isQuiet = isQuietAfter(3)
    const reports = await read(subject, 'now', async (event) => {
      if (event.type === 'open') {
        await subject.emit(3)
        time = timeKey(await subject.source.operationTime(new AbortController().signal))
      }
      return isQuiet(event)
    })
    expect(time >= String(tokensOf(reports).at(-1)).slice(0, time.length)).toBe(true)
  })
}

function disposable(subject: Subject): Subject & AsyncDisposable {
  return { ...subject, [Symbol.asyncDispose]: () => subject.close() }
}

describe('a source that stands for one in tests', () => {
  isSource(async () => {
    const source = new FakeSource()
    return {
      source,
      db: 'd',
      emit: async (count) => {
        for (let n = 0; n < count; n++) source.emit('insert')
      },
      close: async () => expect(source.open).toBe(0),
    }
  })
})

describe('a deployment as a source', () => {
  const at = useDeployment()
  isSource(async () => {
    const deployment = createDeployment({ uri: at.uri, maxAwaitTimeMs: 20 })
    return { source: createMongoSource(deployment), ...writing(at), close: () => deployment.close() }
  })
})

describe.runIf(hasNatsServer).each([
  ['with access to MongoDB', true],
  ['without access to MongoDB', false],
])('a backbone as a source, %s', (_how, hasMongo) => {
  const at = useDeployment()
  const backbone = useBackbone()
  isSource(async () => {
    const ingester = await backbone.ingest({ mongoUri: at.uri })
    const mongo = hasMongo ? createMongoOrigin(createDeployment({ uri: at.uri, maxAwaitTimeMs: 20 })) : undefined
    const origin = backbone.origin(mongo)
    return {
      source: origin.source,
      ...writing(at),
      async close() {
        await origin.close()
        await ingester.stop()
      },
    }
  })
})

function writing({ client, db }: DeploymentFixture): Pick<Subject, 'db' | 'emit'> {
  return {
    db,
    emit: async (count) => {
      await client
        .db(db)
        .collection('c')
        .insertMany(Array.from({ length: count }, () => ({})))
    },
  }
}
