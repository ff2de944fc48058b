import { CommandError } from '../../../src/bson/command-error.ts'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { doc, Int32, type BsonDocument } from '../../../src/bson/values.ts'
import { Client, textOf } from './command-client.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { HEAVY, MANY } from './heavy-data.ts'
import { Random } from '../../support/random/random.ts'
import { RawConnection } from './raw-connection.ts'
import { workCommand } from './work-inputs.ts'
import { isOk, judgeBody } from './wire-oracle.ts'

/** How a run of the work fuzzer went. */
export interface WorkOutcome {
  commands: number
  /** Commands that were done, and those that were given up or refused. */
  accepted: number
  refused: number
  /** The most CPU that one command took, and its input. */
  mostCpuMs: number
  mostCpuInput: number
  readonly failures: { readonly input: number; readonly what: string }[]
}

/** The clock is looked at every so many steps: a command may go on for so many of its longest steps. */
const MAX_STEP_MS = 5
/** What reading, answering and writing large documents may cost by themselves. */
const BASE_CPU_MS = 3_000
const MAX_STORED_COMMANDS = 40
/** Larger ones are not sent: what they cost is what they say. */
const MAX_COMMAND_BYTES = 2 * 1024 * 1024

/**
 * Runs commands that are made to be expensive on large documents. Each must end with an answer in bounded time; and
 * where it took long, must have counted steps for that, or it would go on for as long as its documents are large.
 */
export async function fuzzWork(engine: EngineUnderTest, seed: number, inputs: Iterable<number>): Promise<WorkOutcome> {
  const outcome: WorkOutcome = { commands: 0, accepted: 0, refused: 0, mostCpuMs: 0, mostCpuInput: -1, failures: [] }
  const connection = await RawConnection.open(engine.host, engine.port)
  const client = new Client(connection)
  for (const input of inputs) {
    // updates make other documents of the first
    if (outcome.commands % MAX_STORED_COMMANDS === 0) await reset(client)
    const command = workCommand(Random.of(seed, input))
    if (!fitsMessage(command)) continue
    const what = await runInput(engine, client, command, input, outcome)
    if (what) outcome.failures.push({ input, what })
    if (!connection.isOpen || !engine.isAlive) break
  }
  if (engine.isAlive) await client.command(doc({ dropDatabase: new Int32(1), $db: 'work' }))
  await connection.close()
  return outcome
}

function fitsMessage(command: BsonDocument): boolean {
  try {
    return encodeDocument(command).length <= MAX_COMMAND_BYTES
  } catch (error) {
    if (error instanceof CommandError) return false
    throw error
  }
}

async function reset(client: Client): Promise<void> {
  await client.command(doc({ dropDatabase: new Int32(1), $db: 'work' }))
  for (const document of HEAVY) await client.command(doc({ insert: 'heavy', documents: [document], $db: 'work' }))
  await client.command(doc({ insert: 'many', documents: [...MANY], $db: 'work' }))
}

async function runInput(
  engine: EngineUnderTest,
  client: Client,
  command: BsonDocument,
  input: number,
  outcome: WorkOutcome,
): Promise<string | undefined> {
  const before = await engine.work()
  const reply = await client.command(command)
  if (!reply) return `no answer to ${textOf(command)}`
  const after = await engine.work()
  const cpuMs = Math.round(after.cpuMs - before.cpuMs)
  const steps = after.steps - before.steps
  outcome.commands++
  if (isOk(reply)) outcome.accepted++
  else outcome.refused++
  if (cpuMs > outcome.mostCpuMs) Object.assign(outcome, { mostCpuMs: cpuMs, mostCpuInput: input })
  const problem = judgeBody({ body: reply })
  if (problem) return `${problem} to ${textOf(command)}`
  if (cpuMs - BASE_CPU_MS <= steps * MAX_STEP_MS) return undefined
  return `${cpuMs} ms of CPU for ${steps} steps of ${textOf(command)}`
}
