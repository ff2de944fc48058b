import { expect, it } from 'vitest'
import { ANSWERED, recordedNames } from './recorded-names.ts'

/** What the engine answers although no recording shows a server's answer to it, and why. It may only become less. */
const UNRECORDED: Readonly<Record<string, string>> = {
  stage: `
    sample`,
  expression: `
    sum avg min max arrayElemAt last isArray slice concatArrays range map filter reduce arrayToObject gte
    objectToArray concat toUpper toLower strLenCP`,
  accumulator: `
    mergeObjects`,
  filter: `
    ne and`,
  update: `
    currentDate`,
}

const allowed = new Set(
  Object.entries(UNRECORDED).flatMap(([kind, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => `${kind} $${name}`),
  ),
)

const recorded = recordedNames()

it('answers no stage, operator or accumulator that no recording holds, but those of one list', () => {
  expect([...ANSWERED].filter((name) => !recorded.has(name) && !allowed.has(name))).toEqual([])
})

it('lists nothing that is not answered, or recorded', () => {
  expect([...allowed].filter((name) => !ANSWERED.has(name) || recorded.has(name))).toEqual([])
})

it('finds names where they stand', () => {
  expect(recorded).toContain('stage $match')
  expect(recorded).toContain('filter $in')
  expect(recorded).toContain('update $push')
  expect(recorded).not.toContain('accumulator $in')
})
