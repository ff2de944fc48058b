/**
 * The long form of the fuzzers: `npm run fuzz -- [seed] [messages] [commands]`. Without a seed it takes a new one,
 * which it prints. Ends with status 1 when something is wrong, after naming seed and number of each input that showed
 * it.
 */
import { randomInt } from 'node:crypto'
import { fuzzCommands } from './command-fuzzer.ts'
import { CORPUS } from './corpus.ts'
import { EngineUnderTest } from './engine-under-test.ts'
import { commandTable, sessionTable, wireTable, workTable } from './report.ts'
import { fuzzSessions } from './session-fuzzer.ts'
import { settledProblems } from './settled.ts'
import { fuzzWire } from './wire-fuzzer.ts'
import { fuzzWork } from './work-fuzzer.ts'

const [seed = randomInt(2 ** 31), messages = 100_000, commands = 50_000] = process.argv.slice(2).map(Number)
/** About as many messages as an input has on average. */
const MESSAGES_PER_INPUT = 4.4

/** An expensive command takes as long as about so many others. */
const COMMANDS_PER_EXPENSIVE = 200

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

/** Runs one fuzzer on an engine of its own; gives the number of failures. */
async function run<T extends { readonly failures: readonly { readonly input: number; readonly what: string }[] }>(
  title: string,
  fuzz: (engine: EngineUnderTest) => Promise<T>,
  toTable: (outcome: T, seconds: number) => string,
): Promise<number> {
  const engine = await EngineUnderTest.start()
  try {
    const before = await engine.state()
    const startedMs = performance.now()
    const outcome = await fuzz(engine)
    console.log(`\n${title}, seed ${seed}\n${toTable(outcome, (performance.now() - startedMs) / 1000)}`)
    const problems = [
      ...outcome.failures.map(({ input, what }) => `seed ${seed}, input ${input}: ${what}`),
      ...(engine.isAlive ? await settledProblems(engine, before) : [`the engine died: ${engine.errors}`]),
    ]
    for (const problem of problems) console.log(`  ! ${problem}`)
    return problems.length
  } finally {
    await engine.stop()
  }
}

const inputs = Math.ceil(messages / MESSAGES_PER_INPUT)
const wire = await run('Wire protocol', (engine) => fuzzWire(engine, seed, upTo(inputs)), wireTable)
const surface = await run('Commands', (engine) => fuzzCommands(engine, seed, upTo(commands)), commandTable)
const sessions = await run('Sessions', (engine) => fuzzSessions(engine, seed, upTo(commands)), sessionTable)
const expensive = Math.ceil(commands / COMMANDS_PER_EXPENSIVE)
const work = await run('Expensive commands', (engine) => fuzzWork(engine, seed, upTo(expensive)), workTable)
const known = Object.values(CORPUS).flat().length
const failures = wire + surface + sessions + work
console.log(`\n${failures} failures. The ${known} inputs that once failed are run by npm test.`)
process.exitCode = failures > 0 ? 1 : 0
