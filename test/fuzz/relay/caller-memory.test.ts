import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ATTACKS_MEANWHILE, MEMORY_ATTACKS, memoryTaken, PATIENT, WARMING_UP } from './caller-memory.ts'
import { halfOf, type MemoryAttack, nameOf } from './memory/attack.ts'
import { type RelayUnderTest, startRelayUnderTest } from './relay-under-test.ts'

let relay: RelayUnderTest

async function keepsLittle(_name: string, attack: MemoryAttack): Promise<void> {
  const taken = await memoryTaken(relay, attack)
  expect(taken).toBeLessThan(attack.allowedBytes)
  expect(relay.isAlive).toBe(true)
  expect((await relay.state()).unexpected).toEqual([])
}

const named = (attacks: readonly MemoryAttack[]) =>
  attacks.map(halfOf).map((attack) => [nameOf(attack), attack] as const)

describe('a relay with a heap of 512 MiB', () => {
  beforeAll(async () => {
    relay = await startRelayUnderTest(PATIENT)
    for (const attack of WARMING_UP) await memoryTaken(relay, halfOf(attack))
  })

  afterAll(() => relay.stop())

  it.each(named(MEMORY_ATTACKS))('keeps a bounded part of %s', keepsLittle)
})

describe('a relay with a heap of 512 MiB whose MongoDB is not there', () => {
  beforeAll(async () => {
    // nothing ever listens there
    const mongoUri = 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=600000'
    relay = await startRelayUnderTest({ ...PATIENT, mongoUri, startTimeoutMs: 600_000 })
    for (const attack of ATTACKS_MEANWHILE) await memoryTaken(relay, halfOf(attack))
  })

  afterAll(() => relay.stop())

  it.each(named(ATTACKS_MEANWHILE))('keeps a bounded part of %s', keepsLittle)
})
