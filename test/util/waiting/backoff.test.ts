import { expect, it } from 'vitest'
import { backoffDelayMs } from '../../../src/util/waiting/backoff.ts'

const random = () => 1

it('waits little before the first retry, then much longer, doubling up to its cap', () => {
  expect([0, 1, 2, 3, 5, 1_000].map((attempt) => backoffDelayMs(attempt, { random }))).toEqual([
    100, 500, 1_000, 2_000, 5_000, 5_000,
  ])
})

it('doubles from the first wait on where that is asked for', () => {
  const options = { initialMs: 500, maxMs: 15_000, random }
  expect([0, 1, 2, 5, 1_000].map((attempt) => backoffDelayMs(attempt, options, 2))).toEqual([
    500, 1_000, 2_000, 15_000, 15_000,
  ])
})

it('spreads the wait over its upper half', () => {
  expect(backoffDelayMs(0, { initialMs: 100, random: () => 0 })).toBe(50)
})
