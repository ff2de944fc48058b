import { expect, it } from 'vitest'
import { runKills } from './kills.ts'

it('loses nothing and repeats nothing when the process of the relay is killed, and ended, under load', async () => {
  const findings = await runKills({ kills: 2, servesMs: 1_500 })
  expect(findings).toHaveLength(10)
  for (const found of findings) {
    expect(found).toMatchObject({ lost: 0, repeated: 0, outOfOrder: 0 })
    expect(found.expected).toBeGreaterThan(0)
  }
})
