import { randomUUID } from 'node:crypto'
import { BSON } from 'mongodb'
import { differences, literalIds, normalize, type Identities } from './normalize.ts'
import type { CommandStep, DrainStep, Transcript, WatchStep } from './transcript.ts'
import { WireClient, type RawReply } from '../support/wire-client.ts'

/** The databases that recordings use. They are dropped before each. */
const DATABASES = ['golden_a', 'golden_b']
/** The reply fields that are compared when a command succeeded. */
const COMPARED = new Set([
  'lastErrorObject', 'cursor', 'n', 'nModified', 'upserted', 'writeErrors', 'value', 'values', 'ok', 'ns', 'nIndexesWas',
  'databases', 'numIndexesBefore', 'numIndexesAfter', 'dropped', 'note', 'createdCollectionAutomatically',
  'cursorsKilled', 'cursorsNotFound', 'cursorsAlive', 'cursorsUnknown',
]) // prettier-ignore

interface OpenStream {
  readonly id: unknown
  readonly db: string
  readonly collection: string
  /** Events may come with the first batch or with a later one: they are compared together. */
  readonly early: unknown[]
  readonly recordedEarly: unknown[]
  token: unknown
}

interface CursorReply {
  readonly id: BSON.Long
  readonly firstBatch?: unknown[]
  readonly nextBatch?: unknown[]
  readonly postBatchResumeToken?: unknown
  readonly ns?: unknown
}

/** Replays a recording against a server and gives every difference. */
export async function replay(host: string, port: number, recording: Transcript): Promise<string[]> {
  const client = await WireClient.open(host, port)
  try {
    for (const db of DATABASES) await client.command(db, { dropDatabase: 1 })
    return await new Replay(client, recording).run()
  } finally {
    client.close()
  }
}

class Replay {
  readonly #client: WireClient
  readonly #recording: Transcript
  readonly #ids: Identities
  readonly #saved = new Map<string, unknown>()
  readonly #streams = new Map<string, OpenStream>()
  readonly #problems: string[] = []

  constructor(client: WireClient, recording: Transcript) {
    this.#client = client
    this.#recording = recording
    const commands = recording.transcript.map((step) => (step.step === 'drain' ? undefined : step.command))
    this.#ids = { literal: literalIds(commands), made: new Map() }
  }

  async run(): Promise<string[]> {
    for (const [i, step] of this.#recording.transcript.entries()) {
      if (step.step === 'watch') await this.#watch(i, step)
      else if (step.step === 'drain') await this.#drain(i, step)
      else await this.#command(i, step)
    }
    for (const { db, collection, id } of this.#streams.values()) {
      await this.#client.command(db, { killCursors: collection, cursors: [id] })
    }
    return this.#problems
  }

  #check(label: string, recorded: unknown, observed: unknown): void {
    this.#problems.push(...differences(recorded, observed).map((line) => `${label}${line}`))
  }

  async #command(i: number, step: CommandStep): Promise<void> {
    const reply = await this.#client.command(step.db, this.#fill(step.command) as RawReply)
    for (const [name, path] of Object.entries(step.saveFrom ?? {})) this.#saved.set(name, dig(reply, path))
    const label = `step ${i} ${Object.keys(step.command)[0] ?? ''} `
    this.#check(label, comparable(step.reply), comparable(normalize(reply, '', this.#ids) as RawReply))
  }

  async #watch(i: number, step: WatchStep): Promise<void> {
    const reply = await this.#client.command(step.db, this.#fill(step.command) as RawReply)
    const observed = normalize(withoutBatch(reply), '', this.#ids) as RawReply
    this.#check(`step ${i} watch ${step.as} `, comparable(withoutBatch(step.reply)), comparable(observed))
    const cursor = reply['cursor'] as CursorReply | undefined
    if (!cursor) return
    const { aggregate } = step.command
    this.#streams.set(step.as, {
      id: cursor.id,
      db: step.db,
      collection: typeof aggregate === 'string' ? aggregate : '$cmd.aggregate',
      early: [...(cursor.firstBatch ?? [])],
      recordedEarly: [...((step.reply['cursor'] as CursorReply | undefined)?.firstBatch ?? [])],
      token: cursor.postBatchResumeToken,
    })
  }

  async #drain(i: number, step: DrainStep): Promise<void> {
    if (step.notOpen) return
    const stream = this.#streams.get(step.stream)
    if (!stream) return void this.#problems.push(`step ${i} drain ${step.stream}: the stream is not open`)
    const recorded = [...stream.recordedEarly.splice(0), ...step.events]
    const events = stream.early.splice(0)
    const end = await this.#readToEnd(stream, events, recorded.length, step)
    for (const [name, [index, field]] of Object.entries(step.save ?? {})) {
      this.#saved.set(name, index === 'postBatch' ? stream.token : dig(events.at(Number(index)), field))
    }
    this.#check(
      `step ${i} events of ${step.stream} `,
      normalize(recorded, '', this.#ids),
      normalize(events, '', this.#ids),
    )
    const expected = { closed: step.closed, code: step.error ? Number(step.error.code) : 0 }
    this.#check(`step ${i} end of ${step.stream} `, expected, end)
  }

  /** Reads until everything expected came and nothing more does, the stream closes, or it fails. */
  async #readToEnd(
    stream: OpenStream,
    events: unknown[],
    expected: number,
    step: DrainStep,
  ): Promise<{ closed: boolean; code: number }> {
    let idle = 0
    // with a token to take over, one batch too many would move it on
    const savesEvent = Object.values(step.save ?? {}).some(([index]) => index !== 'postBatch')
    while (idle < 3 && (events.length < expected || step.closed || step.error || idle < 2)) {
      const command = { getMore: stream.id, collection: stream.collection, maxTimeMS: 30 }
      const reply = await this.#client.command(stream.db, command)
      const cursor = reply['cursor'] as CursorReply | undefined
      if (!cursor) return { closed: false, code: Number(reply['code']) }
      events.push(...(cursor.nextBatch ?? []))
      idle = cursor.nextBatch?.length ? 0 : idle + 1
      stream.token = cursor.postBatchResumeToken ?? stream.token
      if (cursor.id.isZero()) return { closed: true, code: 0 }
      if (savesEvent && events.length >= expected && !step.closed) break
    }
    return { closed: false, code: 0 }
  }

  /** Puts saved values and session ids in the place of their names. */
  #fill(value: unknown): unknown {
    if (typeof value === 'string' && value.startsWith('$$var.')) return this.#saved.get(value.slice('$$var.'.length))
    if (typeof value === 'string' && value.startsWith('$$session.')) return this.#sessionId(value)
    if (Array.isArray(value)) return value.map((item) => this.#fill(item))
    if (typeof value !== 'object' || value === null || '_bsontype' in value) return value
    if (value instanceof Date || value instanceof RegExp) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#fill(item)]))
  }

  #sessionId(name: string): unknown {
    if (!this.#saved.has(name)) this.#saved.set(name, { id: new BSON.UUID(randomUUID()) })
    return this.#saved.get(name)
  }
}

function withoutBatch(reply: RawReply): RawReply {
  const cursor = reply['cursor'] as CursorReply | undefined
  return cursor?.firstBatch ? { ...reply, cursor: { ...cursor, firstBatch: [] } } : reply
}

/** A reply is compared whole when the command succeeded, else by code, name and labels: wording may differ. */
function comparable(reply: RawReply): RawReply {
  if (Number(reply['ok']) !== 1) {
    const { code, codeName, errorLabels } = reply
    return { ok: 0, code: Number(code), codeName, ...(errorLabels ? { errorLabels } : {}) }
  }
  const kept = Object.fromEntries(Object.entries(reply).filter(([name]) => COMPARED.has(name)))
  const { writeErrors, databases, cursor } = kept as Record<string, RawReply[] | undefined>
  return {
    ...kept,
    ok: 1,
    ...(writeErrors
      ? { writeErrors: writeErrors.map((e) => ({ index: Number(e['index']), code: Number(e['code']) })) }
      : {}),
    ...(databases ? { databases: databases.map(({ name }) => ({ name })) } : {}),
    ...(cursor ? { cursor: withoutDetails(cursor as unknown as CursorReply) } : {}),
  }
}

/** What catalogs list beside name, key and kind differs between versions. */
function withoutDetails(cursor: CursorReply): CursorReply {
  const ns = String(cursor.ns)
  const firstBatch = cursor.firstBatch as RawReply[] | undefined
  const isIndexes = firstBatch?.some((entry) => 'key' in entry && 'v' in entry)
  if (!firstBatch || !(isIndexes || ns.endsWith('$cmd.listCollections'))) return cursor
  const named = ['name', 'key', 'unique', 'type']
  return {
    ...cursor,
    firstBatch: firstBatch.map((entry) =>
      Object.fromEntries(named.filter((n) => n in entry).map((n) => [n, entry[n]])),
    ),
  }
}

function dig(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], value)
}
