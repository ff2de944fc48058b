import type { ClientSession, MongoClient } from 'mongodb'
import type { NumberedKey } from './events.ts'
import type { Random } from './random.ts'

/** How many groups of documents there are: what filters tell apart. */
export const GROUPS = 8

/** The group of the documents that every subscriber asks for. */
export const PROBE_GROUP = -1

/** A document as the writers write it; `v` grows with each change, so that every event has a content of its own. */
export interface Numbered {
  readonly _id: NumberedKey
  readonly v: number
}

/** Writers at work. */
export interface Writers {
  /** How many writes the server has acknowledged, each of which makes one event. */
  readonly acknowledged: () => number
  /** Settles when the write under way is acknowledged. */
  stop(): Promise<void>
}

/** Inserts, updates, replaces and deletes numbered documents, in and out of transactions, at a rate per second. */
export function startWriters(client: MongoClient, db: string, rate: number, random: Random): Writers {
  const collection = client.db(db).collection<Numbered>('c')
  let alive: NumberedKey[] = []
  let lastNumber = 0
  let version = 0
  let acknowledged = 0
  let isOver = false
  const done = run()

  async function run(): Promise<void> {
    let due = performance.now()
    while (!isOver) {
      const many = random.below(10) === 0 ? 1 + random.below(5) : 1
      if (many === 1) await writeOne(alive)
      else await writeMany(many)
      acknowledged += many
      due += (1_000 * many) / rate
      // behind after a burst of slow writes: goes on at once
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    }
  }

  async function writeMany(count: number): Promise<void> {
    let written = alive
    const attempt = async (session: ClientSession) => {
      // what an attempt wrote that was aborted is not there
      written = [...alive]
      for (let i = 0; i < count; i++) await writeOne(written, session)
    }
    await client.withSession((session) => session.withTransaction(attempt))
    alive = written
  }

  async function writeOne(keys: NumberedKey[], session?: ClientSession): Promise<void> {
    const options = session ? { session } : {}
    const v = ++version
    const kind = keys.length < 20 ? 0 : random.below(4)
    if (kind === 0) {
      const _id = { g: random.below(GROUPS), i: ++lastNumber }
      await collection.insertOne({ _id, v }, options)
      keys.push(_id)
      return
    }
    const at = random.below(keys.length)
    const _id = keys[at] ?? { g: 0, i: 0 }
    if (kind === 1) await collection.updateOne({ _id }, { $set: { v } }, options)
    else if (kind === 2) await collection.replaceOne({ _id }, { v }, options)
    else {
      await collection.deleteOne({ _id }, options)
      keys.splice(at, 1)
    }
  }

  return {
    acknowledged: () => acknowledged,
    stop() {
      isOver = true
      return done
    },
  }
}
