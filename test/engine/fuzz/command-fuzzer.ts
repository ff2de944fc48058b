import { doc, Int32, isDocument, Long, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { encodeDocument } from '../../../src/bson/encode.ts'
import { generatedCommand } from './command-inputs.ts'
import { DATA_SET } from './data-set.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { toMessage } from './message.ts'
import { Random } from './random.ts'
import { RawConnection } from './raw-connection.ts'
import { withRealTokens } from './real-tokens.ts'
import { isOk, judgeBody, numberOf } from './wire-oracle.ts'

/** How a run of the command fuzzer went. */
export interface CommandOutcome {
  commands: number
  /** Commands that were done, and those that were refused, by their error's name. */
  accepted: number
  readonly refused: Map<string, number>
  /** The longest time that a command took, and its input. */
  slowestMs: number
  slowestInput: number
  /** What went wrong, by the number of the input that did. Empty when all is well. */
  readonly failures: { readonly input: number; readonly what: string }[]
}

/** How long a command may take before it counts as a hang. */
const HANG_MS = 15_000
/** Changed by a command that failed, a real server's `$merge` stays as far as it went. */
const PARTIAL = /\$merge|\$out/

/**
 * Runs generated commands against the same small data set, one after the other: each must be done or refused by name, in
 * bounded time, and must change nothing when it is refused.
 */
export async function fuzzCommands(
  engine: EngineUnderTest,
  seed: number,
  inputs: Iterable<number>,
): Promise<CommandOutcome> {
  const outcome: CommandOutcome = {
    commands: 0,
    accepted: 0,
    refused: new Map(),
    slowestMs: 0,
    slowestInput: -1,
    failures: [],
  }
  const connection = await RawConnection.open(engine.host, engine.port)
  const client = new Client(connection)
  await client.reset()
  for (const input of inputs) {
    const what = await runInput(client, Random.of(seed, input), input, outcome)
    if (what) outcome.failures.push({ input, what })
    if (!connection.isOpen) break
  }
  await client.command(doc({ dropDatabase: new Int32(1), $db: 'fuzz' }))
  await client.command(doc({ killAllSessions: [], $db: 'admin' }))
  await connection.close()
  return outcome
}

async function runInput(
  client: Client,
  random: Random,
  input: number,
  outcome: CommandOutcome,
): Promise<string | undefined> {
  const command = withRealTokens(generatedCommand(random), client.tokens, random)
  const startedMs = performance.now()
  const reply = await client.command(command)
  const tookMs = performance.now() - startedMs
  if (!reply) return `no answer to ${textOf(command)}`
  outcome.commands++
  if (tookMs > outcome.slowestMs) Object.assign(outcome, { slowestMs: tookMs, slowestInput: input })
  if (isOk(reply)) outcome.accepted++
  else {
    const name = String(reply.get('codeName'))
    outcome.refused.set(name, (outcome.refused.get(name) ?? 0) + 1)
  }
  const problem = judgeBody({ body: reply })
  if (problem) return `${problem} to ${textOf(command)}`
  await client.readOn(reply, random)
  if (READING.has([...command.keys()][0] ?? '') && !PARTIAL.test(textOf(command))) return undefined
  const isUnchanged = await client.isDataSetUnchanged()
  if (!isUnchanged) await client.reset()
  if (!isUnchanged && !isOk(reply) && !PARTIAL.test(textOf(command)))
    return `refused, but changed documents: ${textOf(command)}`
  return undefined
}

const READING = new Set(['find', 'aggregate', 'count', 'distinct', 'explain', 'ping', 'hello'])

class Client {
  readonly #connection: RawConnection
  /** Resume tokens that the engine gave, the latest last. */
  readonly tokens: string[] = []
  #lastId = 0

  constructor(connection: RawConnection) {
    this.#connection = connection
  }

  /** The reply; undefined when there is none, because the connection closed or nothing came for long. */
  async command(body: BsonDocument): Promise<BsonDocument | undefined> {
    const id = ++this.#lastId
    const { replies } = this.#connection
    this.#connection.write(toMessage({ id, body }))
    await this.#connection.until(() => replies.at(-1)?.responseTo === id || !this.#connection.isOpen, HANG_MS)
    const last = replies.at(-1)
    replies.length = 0
    this.#remember(last?.body.get('cursor'))
    return last?.responseTo === id ? last.body : undefined
  }

  #remember(cursor: BsonValue | undefined): void {
    const token = isDocument(cursor) ? cursor.get('postBatchResumeToken') : undefined
    const text = isDocument(token) ? token.get('_data') : undefined
    if (typeof text === 'string') this.tokens.push(text)
    if (this.tokens.length > 8) this.tokens.shift()
  }

  /** Puts everything back to what every input starts from. */
  async reset(): Promise<void> {
    await this.command(doc({ killAllSessions: [], $db: 'admin' }))
    const { databases } = Object.fromEntries(
      (await this.command(doc({ listDatabases: new Int32(1), $db: 'admin' }))) ?? [],
    )
    for (const each of Array.isArray(databases) ? databases : []) {
      const name = isDocument(each) ? each.get('name') : undefined
      if (typeof name === 'string') await this.command(doc({ dropDatabase: new Int32(1), $db: name }))
    }
    await this.command(doc({ insert: 'c', documents: [...DATA_SET], $db: 'fuzz' }))
    await this.command(doc({ insert: 'd', documents: DATA_SET.slice(0, 4), $db: 'fuzz' }))
  }

  async isDataSetUnchanged(): Promise<boolean> {
    const reply = await this.command(doc({ find: 'c', $db: 'fuzz' }))
    const cursor = reply?.get('cursor')
    const found = isDocument(cursor) ? cursor.get('firstBatch') : undefined
    if (!Array.isArray(found) || found.length !== DATA_SET.length) return false
    return DATA_SET.every((each, i) => {
      const other = found[i]
      return isDocument(other) && encodeDocument(other).equals(encodeDocument(each))
    })
  }

  /** Reads on from a cursor that a reply opened, then closes it. */
  async readOn(reply: BsonDocument, random: Random): Promise<void> {
    const cursor = reply.get('cursor')
    const id = isDocument(cursor) ? cursor.get('id') : undefined
    const namespace = isDocument(cursor) ? cursor.get('ns') : undefined
    if (!(id instanceof Long) || id.isZero() || typeof namespace !== 'string') return
    const dot = namespace.indexOf('.')
    const [db, collection] = [namespace.slice(0, dot), namespace.slice(dot + 1)]
    if (random.oneIn(2)) await this.command(doc({ getMore: id, collection, maxTimeMS: new Int32(1), $db: db }))
    await this.command(doc({ killCursors: collection, cursors: [id], $db: db }))
  }
}

/** A command as a person reads it, cut short. */
export function textOf(command: BsonDocument): string {
  const plain = (value: BsonValue): unknown => {
    if (isDocument(value)) return Object.fromEntries([...value].map(([name, each]) => [name, plain(each)]))
    if (Array.isArray(value)) return value.map(plain)
    return typeof value === 'object' && value !== null
      ? `${value.constructor.name}(${numberOf(value) || String(value)})`
      : value
  }
  return JSON.stringify(plain(command)).slice(0, 1500)
}
