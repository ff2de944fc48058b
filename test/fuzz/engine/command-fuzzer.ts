import { doc, Int32, isDocument } from '../../../src/bson/values.ts'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { Client, textOf } from './command-client.ts'
import { generatedCommand } from './command-inputs.ts'
import { DATA_SET } from './data-set.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import type { Random } from '../../support/random/random.ts'
import type { Fuzzer } from '../harness/fuzzer.ts'
import type { Outcome } from '../harness/outcome.ts'
import { RawConnection } from './raw-connection.ts'
import { withRealTokens } from './real-tokens.ts'
import { isOk, judgeBody } from './wire-oracle.ts'

/** Changed by a command that failed, a real server's `$merge` stays as far as it went. */
const PARTIAL = /\$merge|\$out/

/**
 * Runs generated commands against the same small data set, one after the other: each must be done or refused by name,
 * in bounded time, and must change nothing when it is refused.
 */
export const commandFuzzer: Fuzzer<EngineUnderTest> = {
  name: 'commands',
  usual: 50_000,
  lanes: 1,
  async open({ host, port }, outcome) {
    const connection = await RawConnection.open(host, port)
    const client = new DataSetClient(connection)
    await client.reset()
    return {
      run: (random, input) => runInput(client, random, input, outcome),
      async close() {
        await client.command(doc({ dropDatabase: new Int32(1), $db: 'fuzz' }))
        await client.command(doc({ killAllSessions: [], $db: 'admin' }))
        await connection.close()
        return undefined
      },
    }
  },
}

async function runInput(
  client: DataSetClient,
  random: Random,
  input: number,
  outcome: Outcome,
): Promise<string | undefined> {
  const command = withRealTokens(generatedCommand(random), client.tokens, random)
  const startedMs = performance.now()
  const reply = await client.command(command)
  if (!reply) return `no answer to ${textOf(command)}`
  outcome.measure('time, in ms', Math.round(performance.now() - startedMs), input)
  outcome.count(isOk(reply) ? 'done' : `refused with ${String(reply.get('codeName'))}`)
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

class DataSetClient extends Client {
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
}
