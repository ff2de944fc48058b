import { expect, it } from 'vitest'
import { ANSWERED, recordedNames } from './recorded-names.ts'

/**
 * What the engine answers although no recording shows a server's answer to it, without `$`: drivers', ODMs' and
 * applications' suites use these, and the recordings that there are do not. It may only become less.
 */
const UNRECORDED: Readonly<Record<string, string>> = {
  stage: `
    bucket sample sortByCount`,
  expression: `
    sum avg min max firstN lastN minN maxN arrayElemAt last indexOfArray isArray slice concatArrays range
    reverseArray zip map filter reduce arrayToObject bitAnd bitOr bitXor bitNot gte rand objectToArray regexMatch
    regexFind regexFindAll replaceOne replaceAll setUnion setIntersection setDifference setIsSubset setEquals
    anyElementTrue allElementsTrue concat toUpper toLower strcasecmp split strLenBytes strLenCP substr substrBytes
    substrCP indexOfBytes indexOfCP trim ltrim rtrim`,
  accumulator: `
    mergeObjects topN bottom`,
  filter: `
    ne regex options bitsAllClear bitsAnySet bitsAnyClear and alwaysFalse sampleRate`,
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
