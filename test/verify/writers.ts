import type { ClientSession, MongoClient } from 'mongodb'
import type { NumberedKey } from './events.ts'
import type { Random } from '../support/random/random.ts'
import { surely } from './surely.ts'

/** How many groups of documents there are: what filters tell apart. */
export const GROUPS = 8

/** The group of the documents that every subscriber asks for. */
export const PROBE_GROUP = -1

/** A document as the writers write it; `v` grows with each change, so that every event has a content of its own. */
export interface Numbered {
  readonly _id: NumberedKey
  readonly v: number
  /** Whether `v` is odd: what those ask for who keep a part of the state, which documents move into and out of. */
  readonly odd: boolean
}

/** Writers at work. */
export interface Writers {
  /** How many writes the server has acknowledged, each of which makes one event. */
  readonly acknowledged: () => number
  /** Settles when the write under way is acknowledged. */
  stop(): Promise<void>
}

interface Write {
  readonly kind: (typeof KINDS)[number]
  readonly _id: NumberedKey
  /** The document's version afterwards. */
  readonly v: number
}

const KINDS = ['insert', 'update', 'replace', 'delete'] as const

/** Inserts, updates, replaces and deletes numbered documents, in and out of transactions, at a rate per second. */
export function startWriters(client: MongoClient, db: string, rate: number, random: Random): Writers {
  const collection = client.db(db).collection<Numbered>('c')
  let alive: NumberedKey[] = []
  let lastNumber = 0
  let version = 0
  let acknowledged = 0
  let isOver = false
  const done = run()
  // told by `stop`
  done.catch(() => undefined)

  async function run(): Promise<void> {
    let due = performance.now()
    while (!isOver) {
      const many = random.below(10) === 0 ? 1 + random.below(5) : 1
      if (many === 1) await writeAlone()
      else await writeTogether(many)
      acknowledged += many
      due += (1_000 * many) / rate
      // behind after a burst of slow writes: goes on at once
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    }
  }

  async function writeAlone(): Promise<void> {
    const write = plan(alive)
    await surely(
      () => apply(write),
      () => isApplied(write),
    )
    note(alive, write)
  }

  async function writeTogether(count: number): Promise<void> {
    let written = alive
    let last: Write | undefined
    const attempt = async (session: ClientSession) => {
      // what an attempt wrote that was aborted is not there
      written = [...alive]
      for (let i = 0; i < count; i++) {
        last = plan(written)
        await apply(last, session)
        note(written, last)
      }
    }
    await surely(
      () => client.withSession((session) => session.withTransaction(attempt)),
      // all or nothing
      async () => last !== undefined && (await isApplied(last)),
    )
    alive = written
  }

  function plan(keys: readonly NumberedKey[]): Write {
    const v = ++version
    const known = keys[random.below(keys.length)]
    const kind = keys.length < 20 ? 'insert' : random.pick(KINDS)
    return kind === 'insert' || !known
      ? { kind: 'insert', _id: { g: random.below(GROUPS), i: ++lastNumber }, v }
      : { kind, _id: known, v }
  }

  async function apply({ kind, _id, v }: Write, session?: ClientSession): Promise<void> {
    const options = session ? { session } : {}
    const content = { v, odd: v % 2 === 1 }
    if (kind === 'insert') await collection.insertOne({ _id, ...content }, options)
    else if (kind === 'update') await collection.updateOne({ _id }, { $set: content }, options)
    else if (kind === 'replace') await collection.replaceOne({ _id }, content, options)
    else await collection.deleteOne({ _id }, options)
  }

  async function isApplied({ kind, _id, v }: Write): Promise<boolean> {
    const found = await collection.findOne({ _id })
    return kind === 'delete' ? found === null : found?.v === v
  }

  function note(keys: NumberedKey[], { kind, _id }: Write): void {
    if (kind === 'insert') keys.push(_id)
    else if (kind === 'delete') keys.splice(keys.indexOf(_id), 1)
  }

  return {
    acknowledged: () => acknowledged,
    stop() {
      isOver = true
      return done
    },
  }
}
