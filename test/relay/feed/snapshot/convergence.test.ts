import { describe, expect, it } from 'vitest'
import { Random } from '../../../support/random/random.ts'
import { useRelay } from '../../../support/relay.ts'
import { webSocket } from '../../../support/transports.ts'
import type { ChangeResult, TestSubscription } from '../../../support/subscription.ts'
import { stateIn, stateOf } from './collection-state.ts'

interface Order {
  readonly _id: number
  readonly status: string
  readonly n: number
}

/** How many documents there are at first, and how many keys there can be. */
const DOCUMENTS = 300
const KEYS = 400
const WRITES = 400

describe('whoever applies all events by key has the state of the collection', () => {
  const at = useRelay(() => ({ port: 0, windowEvents: 50 }))
  const coll = () => at.deployment.client.db(at.db).collection<Order>('c')

  /** A reader that is interrupted now and then, and goes on after the last token that it has. */
  function read(random: Random, variables: object) {
    const got: ChangeResult[] = []
    let current: TestSubscription
    const begin = () => {
      const startAfter = got.at(-1)?.resumeToken
      const given = { db: at.db, coll: 'c', snapshot: 'FIRST', ...variables, startAfter } as const
      current = webSocket.subscribe(at.relay.graphqlUrl, given)
    }
    begin()
    at.onEnd(() => current.stop())
    return {
      state: () => stateOf([...got, ...current.changes]),
      async interrupt() {
        await current.take(random.below(40))
        got.push(...current.changes)
        current.stop()
        begin()
      },
    }
  }

  async function write(random: Random): Promise<void> {
    const _id = random.below(KEYS)
    const status = random.pick(['new', 'paid', 'sent'])
    const n = random.below(1_000)
    const kind = random.below(20)
    if (kind < 8) await coll().updateOne({ _id }, { $set: { status, n } })
    else if (kind < 10) await coll().updateMany({ n: { $lt: 20 } }, { $set: { status }, $inc: { n: 1 } })
    else if (kind < 12) await coll().replaceOne({ _id }, { status, n })
    else if (kind < 16) await coll().deleteOne({ _id })
    else await coll().updateOne({ _id }, { $set: { status, n } }, { upsert: true })
  }

  it.each([
    { title: 'everything', seed: 1, matching: {}, variables: {}, hasImages: false },
    {
      title: 'a filter, with pre-images',
      seed: 2,
      matching: { status: 'paid' },
      variables: { where: '{"fullDocument.status": "paid"}' },
      hasImages: true,
    },
    {
      title: 'a filter, without pre-images',
      seed: 3,
      matching: { status: 'paid' },
      variables: { where: '{"fullDocument.status": "paid"}' },
      hasImages: false,
    },
    {
      title: 'the post-images',
      seed: 4,
      matching: { n: { $gt: 300 } },
      variables: { where: '{"fullDocument.n": {"$gt": 300}}', fullDocument: 'REQUIRED' },
      hasImages: true,
    },
  ])('for $title, however it is interrupted', async ({ seed, matching, variables, hasImages }) => {
    const random = new Random(seed)
    const db = at.deployment.client.db(at.db)
    await db.createCollection('c', { changeStreamPreAndPostImages: { enabled: hasImages } })
    const keys = Array.from({ length: DOCUMENTS }, (__, _id) => _id)
    await coll().insertMany(keys.map((_id) => ({ _id, status: random.pick(['new', 'paid']), n: random.below(1_000) })))
    const readers = Array.from({ length: 4 }, () => read(random, variables))
    const writing = (async () => {
      for (let count = 0; count < WRITES; count++) await write(random)
    })()
    for (const reader of [...readers, ...readers, ...readers]) await reader.interrupt()
    await writing
    const expected = stateIn(await coll().find(matching).toArray())
    for (const reader of readers) {
      await expect.poll(() => sorted(reader.state())).toEqual(sorted(expected))
    }
  })
})

function sorted(state: ReadonlyMap<string, unknown>): (readonly [string, unknown])[] {
  return [...state].sort(([one], [other]) => (one < other ? -1 : 1))
}
