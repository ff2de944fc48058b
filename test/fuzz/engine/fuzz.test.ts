import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fuzzCommands } from './command-fuzzer.ts'
import { CORPUS } from './corpus.ts'
import type { EngineState } from './engine-process.ts'
import { EngineUnderTest } from './engine-under-test.ts'
import { fuzzSessions } from './session-fuzzer.ts'
import { settledProblems } from './settled.ts'
import { fuzzWire } from './wire-fuzzer.ts'
import { fuzzWork } from './work-fuzzer.ts'

// the same inputs in every run: new ones are for the long form, `npm run fuzz`
const SEED = 20_260_101
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('the engine, given anything', () => {
  let engine: EngineUnderTest
  let before: EngineState

  beforeEach(async () => {
    engine = await EngineUnderTest.start()
    before = await engine.state()
  })
  afterEach(async () => {
    await engine.stop()
  })

  it('answers each message or hangs up, serves others meanwhile and leaves nothing open', async () => {
    const { failures, messages } = await fuzzWire(engine, SEED, upTo(300))
    expect(failures).toEqual([])
    expect(messages).toBeGreaterThan(1_000)
    for (const { seed, input } of CORPUS.wire) {
      expect(await fuzzWire(engine, seed, [input]), `seed ${seed}, input ${input}`).toMatchObject({ failures: [] })
    }
    expect(await settledProblems(engine, before)).toEqual([])
  })

  it('answers sessions that break every rule, and holds nothing when they end', async () => {
    const { failures, accepted } = await fuzzSessions(engine, SEED, upTo(750))
    expect(failures).toEqual([])
    expect(accepted).toBeGreaterThan(100)
    expect(await settledProblems(engine, before)).toEqual([])
  })

  it('ends each command that is made to be expensive, and counts the work of it', async () => {
    const { failures, accepted } = await fuzzWork(engine, SEED, upTo(16))
    expect(failures).toEqual([])
    expect(accepted).toBeGreaterThan(5)
    for (const { seed, input } of CORPUS.work) {
      expect(await fuzzWork(engine, seed, [input]), `seed ${seed}, input ${input}`).toMatchObject({ failures: [] })
    }
    expect(await settledProblems(engine, before)).toEqual([])
  })

  it('does each command or refuses it by name, and changes nothing when it refuses', async () => {
    const { failures, accepted } = await fuzzCommands(engine, SEED, upTo(900))
    expect(failures).toEqual([])
    expect(accepted).toBeGreaterThan(300)
    for (const { seed, input } of CORPUS.commands) {
      expect(await fuzzCommands(engine, seed, [input]), `seed ${seed}, input ${input}`).toMatchObject({ failures: [] })
    }
    expect(await settledProblems(engine, before)).toEqual([])
  })
})
