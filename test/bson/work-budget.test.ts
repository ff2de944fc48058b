import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  beginWork,
  countWork,
  MAX_TURN_MS,
  shouldPause,
  stepsSoFar,
  TooManySteps,
  withinSteps,
} from '../../src/bson/work-budget.ts'

const MANY = 64

describe('work', () => {
  let nowMs = 0

  beforeEach(async () => {
    await nextTurn()
    nowMs = 1_000_000
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  })
  afterEach(() => vi.restoreAllMocks())

  it('ends with an error when it keeps others waiting for too long', () => {
    countWork(MANY)
    nowMs += MAX_TURN_MS
    expect(() => countWork(MANY)).not.toThrow()
    nowMs += 1
    expect(() => countWork(MANY)).toThrow('operation exceeded time limit')
  })

  it('has a time of its own, however long others took in the same turn', () => {
    for (let operation = 0; operation < 3; operation++) {
      beginWork()
      countWork(MANY)
      nowMs += MAX_TURN_MS
      expect(() => countWork(MANY)).not.toThrow()
    }
  })

  it('may go on for as long as it lets others have their turn', async () => {
    for (let turn = 0; turn < 3; turn++) {
      countWork(MANY)
      nowMs += MAX_TURN_MS
      expect(shouldPause()).toBe(true)
      await nextTurn()
      expect(shouldPause()).toBe(false)
    }
  })
})

describe('work within steps', () => {
  it('ends once it takes more than it was given', () => {
    expect(withinSteps(3, () => countWork(3))).toBeUndefined()
    expect(() => withinSteps(3, () => countWork(4))).toThrow(TooManySteps)
  })

  it('leaves the bounds of what is around it as they were', () => {
    expect(() => withinSteps(5, () => withinSteps(3, () => countWork(3)))).not.toThrow()
    expect(() =>
      withinSteps(5, () => {
        expect(() => withinSteps(3, () => countWork(4))).toThrow(TooManySteps)
        countWork(2)
      }),
    ).toThrow(TooManySteps)
  })

  it('is not ended by the clock, whatever others did in this turn', () => {
    vi.spyOn(performance, 'now')
      .mockReturnValueOnce(1)
      .mockReturnValue(MAX_TURN_MS * 2)
    countWork(MANY)
    expect(() => withinSteps(MANY * 2, () => countWork(MANY * 2))).not.toThrow()
    vi.restoreAllMocks()
  })

  it('counts for who looks at the difference', () => {
    const before = stepsSoFar()
    withinSteps(10, () => countWork(7))
    expect(stepsSoFar() - before).toBe(7)
  })
})
