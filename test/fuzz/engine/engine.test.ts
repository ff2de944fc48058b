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

it.each<[what: string, Fuzzer<EngineUnderTest>, inputs: number, counted: string, atLeast: number]>([
  ['each message or hangs up, serves others meanwhile and leaves nothing open', wireFuzzer, 300, 'messages', 1_000],
  ['sessions that break every rule, and holds nothing when they end', sessionFuzzer, 750, 'done', 100],
  ['each command that is made to be expensive, and counts the work of it', workFuzzer, 16, 'done', 5],
  ['each command or refuses it by name, and changes nothing when it refuses', commandFuzzer, 900, 'done', 300],
])('the engine answers %s', async (_what, fuzzer, inputs, counted, atLeast) => {
  const { outcomes, problems } = await runSession(ENGINE, SEED, [{ fuzzer, numbers: upTo(inputs) }])
  expect(problems).toEqual([])
  expect(outcomes.get(fuzzer.name)?.of(counted)).toBeGreaterThan(atLeast)
})
