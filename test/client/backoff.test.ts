import { expect, it } from 'vitest'
import { backoffDelayMs } from '../../src/client/backoff.ts'

it('doubles the wait up to its cap', () => {
  const random = () => 1
  expect([0, 1, 2, 5, 1_000].map((failures) => backoffDelayMs(failures, { random }))).toEqual([
    500, 1_000, 2_000, 15_000, 15_000,
  ])
})

it('spreads the wait over its upper half', () => {
  expect(backoffDelayMs(0, { initialMs: 100, random: () => 0 })).toBe(50)
})
