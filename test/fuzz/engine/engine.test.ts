import { expect, it } from 'vitest'
import type { Fuzzer } from '../harness/fuzzer.ts'
import { runSession, upTo } from '../harness/session.ts'
import { commandFuzzer } from './command-fuzzer.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { sessionFuzzer } from './session-fuzzer.ts'
import { ENGINE } from './target.ts'
import { wireFuzzer } from './wire-fuzzer.ts'
import { workFuzzer } from './work-fuzzer.ts'

// the same inputs in every run: new ones are for the long form, `npm run fuzz`
const SEED = 20_260_101

const EXPENSIVE = ['done', 'given up or refused']

it.each<[what: string, Fuzzer<EngineUnderTest>, inputs: number, counted: readonly string[], atLeast: number]>([
  ['each message or hangs up, serves others meanwhile and leaves nothing open', wireFuzzer, 300, ['messages'], 1_000],
  ['sessions that break every rule, and holds nothing when they end', sessionFuzzer, 750, ['done'], 100],
  // how many it gives up depends on how fast the machine is
  ['each command that is made to be expensive, and counts the work of it', workFuzzer, 16, EXPENSIVE, 10],
  ['each command or refuses it by name, and changes nothing when it refuses', commandFuzzer, 900, ['done'], 300],
])('the engine answers %s', async (_what, fuzzer, inputs, counted, atLeast) => {
  const { outcomes, problems } = await runSession(ENGINE, SEED, [{ fuzzer, numbers: upTo(inputs) }])
  expect(problems).toEqual([])
  const outcome = outcomes.get(fuzzer.name)
  const count = counted.reduce((sum, name) => sum + (outcome?.of(name) ?? 0), 0)
  expect(count).toBeGreaterThan(atLeast)
})
