import { expect, it } from 'vitest'
import { ANSWERED, recordedNames } from './recorded-names.ts'

/**
 * What the engine answers although no recording shows a server's answer to it, without `$`: drivers', ODMs' and
 * applications' suites use these, and the recordings that there are do not. It may only become less.
 */
const UNRECORDED: Readonly<Record<string, string>> = {
  stage: `
    bucket count documents facet graphLookup group limit lookup merge out sample skip sort sortByCount unionWith
    unwind`,
  expression: `
    sum avg min max firstN lastN minN maxN subtract divide mod arrayElemAt first last in indexOfArray isArray
    size slice concatArrays range reverseArray zip map filter reduce sortArray arrayToObject bitAnd bitOr bitXor
    bitNot and or not ne gte lt lte cmp ifNull switch dateAdd dateSubtract dateDiff dateTrunc dateFromParts year
    month dayOfMonth hour minute second millisecond dayOfWeek dayOfYear week isoDayOfWeek isoWeek isoWeekYear
    dateToParts dateToString dateFromString abs ceil floor round trunc exp ln log10 log pow sqrt rand tsSecond
    tsIncrement bsonSize binarySize mergeObjects objectToArray getField setField unsetField regexMatch regexFind
    regexFindAll replaceOne replaceAll setUnion setIntersection setDifference setIsSubset setEquals
    anyElementTrue allElementsTrue concat toUpper toLower strcasecmp split strLenBytes strLenCP substr
    substrBytes substrCP indexOfBytes indexOfCP trim ltrim rtrim type isNumber convert toBool toDate toDecimal
    toDouble toInt toLong toObjectId toString literal let`,
  accumulator: `
    sum avg min max first last push addToSet mergeObjects stdDevPop stdDevSamp count firstN lastN minN maxN top
    topN bottom bottomN percentile`,
  filter: `
    lte ne regex options bitsAllSet bitsAllClear bitsAnySet bitsAnyClear and alwaysTrue alwaysFalse sampleRate
    comment jsonSchema`,
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

it('lists nothing that the engine does not answer', () => {
  expect([...allowed].filter((name) => !ANSWERED.has(name))).toEqual([])
})

it('finds names where they stand', () => {
  expect(recorded).toContain('stage $match')
  expect(recorded).toContain('filter $in')
  expect(recorded).toContain('update $push')
  expect(recorded).not.toContain('accumulator $in')
})
