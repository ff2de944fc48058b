import { DB } from './database.ts'
import { EJSON, Timestamp } from 'bson'
import { parse } from 'graphql'
import { MongoClient } from 'mongodb'
import { createDeployment } from '../../src/relay/mongo/deployment.ts'
import { createMongoSource } from '../../src/relay/mongo/mongo-source.ts'
import { Int32 } from '../../src/bson/values.ts'
import { compileWhere } from '../../src/relay/changes/where.ts'
import type { CohortSpec } from '../../src/relay/feed/cohort.ts'
import { createFeed } from '../../src/relay/feed/feed.ts'
import { toChangeModel } from '../../src/relay/graphql/schema/change-model.ts'
import { compileResult } from '../../src/relay/graphql/results/compile-result.ts'
import { createResultText } from '../../src/relay/graphql/results/result-text.ts'
import { createSchema } from '../../src/relay/graphql/schema/schema.ts'
import { serveParent } from '../support/process/serve-parent.ts'
import { type BenchDocument, LAST } from './rig.ts'

/** Who reads, and whether it looks at a field of each event or makes JSON of each. */
export type ReaderKind = 'driver-field' | 'driver-json' | 'tailrace-field' | 'tailrace-json'

/** What to read: from a time until the document `LAST`. */
export interface ReadRequest {
  readonly kind: ReaderKind
  readonly uri: string
  readonly at: { readonly t: number; readonly i: number }
}

/** What reading took. */
export interface ReadCost {
  readonly cpuMicros: number
  readonly wallMs: number
  /** How many characters or bytes of JSON were made. */
  readonly made: number
}

async function readByDriver(client: MongoClient, { at, kind }: ReadRequest): Promise<number> {
  const stream = client
    .db(DB)
    .collection<BenchDocument>('c')
    .watch([], { startAtOperationTime: new Timestamp(at) })
  let made = 0
  for await (const event of stream) {
    if (kind === 'driver-json') made += EJSON.stringify(event).length
    if (event.operationType === 'insert' && event.fullDocument.n === LAST) break
  }
  await stream.close()
  return made
}

type Feed = ReturnType<typeof createFeed>

function readByFeed(feed: Feed, { at, kind }: ReadRequest): Promise<number> {
  const schema = createSchema({ sandbox: false })
  const document = parse(`subscription { changes(db: "${DB}", coll: "c") { json } }`)
  const write = compileResult({ schema, document })
  const isLast = compileWhere(new Map([['fullDocument.n', new Int32(LAST)]]))
  let made = 0
  return new Promise((resolve, reject) => {
    const spec: CohortSpec = {
      key: `${kind} ${performance.now()}`,
      encode(change) {
        const text = createResultText(Infinity)
        write?.(toChangeModel(change, 'RELAXED'), text)
        return text.toBuffer()
      },
    }
    const request = {
      scope: { db: DB, coll: 'c' },
      chosen: { fullDocument: 'default', fullDocumentBeforeChange: 'off', showExpandedEvents: false },
      start: { at: new Timestamp(at) },
      ...(kind === 'tailrace-field' ? { matches: isLast } : {}),
    } as const
    const subscription = feed.subscribe(request, spec, {
      write({ payloads, bytes }) {
        made += bytes
        // the only one that is given, or the one that says so
        if (kind === 'tailrace-field' || payloads.some((payload) => payload.includes(`"n":${LAST},`))) {
          subscription.close()
          resolve(made)
        }
        return true
      },
      isReady: () => true,
      bufferedBytes: () => 0,
      end: reject,
    })
  })
}

serveParent({
  async read(request: ReadRequest): Promise<ReadCost> {
    const client = new MongoClient(request.uri)
    const deployment = createDeployment({ uri: request.uri })
    const isTailrace = request.kind.startsWith('tailrace')
    const feed = isTailrace
      ? createFeed({ source: createMongoSource(deployment), defaultScope: { db: 'elsewhere' } })
      : undefined
    await feed?.ready
    let cost: ReadCost = { cpuMicros: NaN, wallMs: NaN, made: NaN }
    // several times: the first ones warm it up
    for (let run = 0; run < 3; run++) {
      const before = process.cpuUsage()
      const startMs = performance.now()
      const made = feed ? await readByFeed(feed, request) : await readByDriver(client, request)
      const { user, system } = process.cpuUsage(before)
      cost = { cpuMicros: user + system, wallMs: performance.now() - startMs, made }
    }
    feed?.stop()
    await deployment.close()
    await client.close()
    return cost
  },
})
