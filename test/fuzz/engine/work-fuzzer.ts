import { CommandError } from '../../../src/bson/command-error.ts'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { doc, Int32, type BsonDocument } from '../../../src/bson/values.ts'
import { Client, textOf } from './command-client.ts'
import { type EngineUnderTest, workOf } from './engine-under-test.ts'
import { HEAVY, MANY } from './heavy-data.ts'
import type { Fuzzer } from '../harness/fuzzer.ts'
import type { Outcome } from '../harness/outcome.ts'
import { RawConnection } from './raw-connection.ts'
import { workCommand } from './work-inputs.ts'
import { isOk, judgeBody } from './wire-oracle.ts'

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
export const workFuzzer: Fuzzer<EngineUnderTest> = {
  name: 'work',
  usual: 250,
  lanes: 1,
  async open(engine, outcome) {
    const connection = await RawConnection.open(engine.host, engine.port)
    const client = new Client(connection)
    let commands = 0
    return {
      async run(random, input) {
        // updates make other documents of the first
        if (commands % MAX_STORED_COMMANDS === 0) await reset(client)
        const command = workCommand(random)
        if (!fitsMessage(command)) return undefined
        commands++
        return runInput(engine, client, command, input, outcome)
      },
      async close() {
        await client.command(doc({ dropDatabase: new Int32(1), $db: 'work' }))
        await connection.close()
        return undefined
      },
    }
  },
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
  outcome: Outcome,
): Promise<string | undefined> {
  const before = await workOf(engine)
  const reply = await client.command(command)
  if (!reply) return `no answer to ${textOf(command)}`
  const after = await workOf(engine)
  const cpuMs = Math.round(after.cpuMs - before.cpuMs)
  const steps = after.steps - before.steps
  outcome.count(isOk(reply) ? 'done' : 'given up or refused')
  outcome.measure('CPU, in ms', cpuMs, input)
  const problem = judgeBody({ body: reply })
  if (problem) return `${problem} to ${textOf(command)}`
  if (cpuMs - BASE_CPU_MS <= steps * MAX_STEP_MS) return undefined
  return `${cpuMs} ms of CPU for ${steps} steps of ${textOf(command)}`
}
