import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEMORY_ATTACKS, memoryTaken, PATIENT } from './caller-memory.ts'
import type { RelayUnderTest } from './relay-under-test.ts'
import { startRelayUnderTest } from './relay-under-test.ts'

describe('a relay with a heap of 512 MiB', () => {
  let relay: RelayUnderTest

  beforeAll(async () => {
    relay = await startRelayUnderTest(PATIENT)
    // what is compiled and cached at first is not the caller's
    for (const attack of MEMORY_ATTACKS.slice(0, 2)) await memoryTaken(relay, attack)
  })

  afterAll(() => relay.stop())

  it.each(MEMORY_ATTACKS.map((attack) => [attack.name, attack] as const))(
    'keeps a bounded part of %s',
    async (_name, attack) => {
      const taken = await memoryTaken(relay, attack)
      expect(taken).toBeLessThan(attack.allowedBytes)
      expect(relay.isAlive).toBe(true)
      expect((await relay.state()).unexpected).toEqual([])
    },
  )
})
