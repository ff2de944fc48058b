import { doc, Int32, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { expression } from './expressions.ts'
import { filter, projection, sort } from './filters.ts'
import { STAGES } from './operators.ts'
import type { Random } from '../../support/random/random.ts'
import { fieldName } from '../../support/random/names.ts'
import { count } from '../../support/random/scalars.ts'
import { document, value } from '../../support/random/values.ts'

/** An aggregation pipeline of up to five stages, right or wrong. */
export function pipeline(random: Random, depth = 2): BsonDocument[] {
  return random.several(depth + 2, () => stage(random, depth))
}

function stage(random: Random, depth: number): BsonDocument {
  const name = random.oneIn(5) ? random.pick(STAGES) : random.pick(Object.keys(SPECS))
  if (random.oneIn(30)) return document(random)
  if (random.oneIn(14)) return doc({ [name]: value(random) })
  return doc({ [name]: (SPECS[name] ?? value)(random, depth) })
}

const named = (random: Random): BsonDocument =>
  new Map(random.several(3, () => [fieldName(random), expression(random, 2)] as const))

const group = (random: Random): BsonDocument => {
  const fields = random.several(3, (): [string, BsonValue] => [fieldName(random), accumulator(random)])
  return new Map<string, BsonValue>([['_id', expression(random, 2)], ...fields])
}

const accumulator = (random: Random): BsonValue =>
  random.oneIn(8)
    ? value(random)
    : doc({ [random.pick(ACCUMULATORS)]: random.oneIn(3) ? several(random) : expression(random, 2) })

const ACCUMULATORS =
  '$sum $avg $min $max $first $last $push $addToSet $mergeObjects $stdDevPop $count $firstN $topN $percentile $median $nope'.split(
    ' ',
  )

const several = (random: Random): BsonDocument =>
  doc({ n: count(random), input: expression(random, 1), output: expression(random, 1), sortBy: sort(random) })

const below = (random: Random, depth: number): BsonDocument[] => (depth > 0 ? pipeline(random, depth - 1) : [])

const collection = (random: Random): string => random.pick(['c', 'd', 'none', '', 'a.b'])

const output = (random: Random): BsonValue =>
  random.oneIn(2) ? 'out' : doc({ db: random.pick(['fuzz_out', '', 'admin']), coll: 'out' })

const SPECS: Readonly<Record<string, (random: Random, depth: number) => BsonValue>> = {
  $match: (random) => filter(random),
  $project: projection,
  $addFields: named,
  $set: named,
  $unset: (random) => random.several(3, () => fieldName(random)),
  $replaceRoot: (random) => doc({ newRoot: expression(random) }),
  $replaceWith: (random) => expression(random),
  $redact: (random) => doc({ $cond: [expression(random, 2), random.pick(['$$KEEP', '$$DESCEND']), '$$PRUNE'] }),
  $group: group,
  $sort: sort,
  $limit: count,
  $skip: count,
  $count: fieldName,
  $sample: (random) => doc({ size: count(random) }),
  $sortByCount: (random) => expression(random, 2),
  $unwind: (random) =>
    random.oneIn(2)
      ? `$${fieldName(random)}`
      : doc({ path: `$${fieldName(random)}`, includeArrayIndex: fieldName(random), preserveNullAndEmptyArrays: true }),
  $facet: (random, depth) => new Map(random.several(2, () => [fieldName(random), below(random, depth)] as const)),
  $lookup: (random, depth) =>
    doc({
      from: collection(random),
      localField: random.oneIn(3) ? undefined : fieldName(random),
      foreignField: random.oneIn(3) ? undefined : fieldName(random),
      let: random.oneIn(3) ? doc({ x: expression(random, 1) }) : undefined,
      pipeline: random.oneIn(2) ? below(random, depth) : undefined,
      as: fieldName(random),
    }),
  $graphLookup: (random) =>
    doc({
      from: collection(random),
      startWith: expression(random, 1),
      connectFromField: fieldName(random),
      connectToField: fieldName(random),
      as: fieldName(random),
      maxDepth: random.oneIn(2) ? count(random) : undefined,
      depthField: random.oneIn(2) ? fieldName(random) : undefined,
    }),
  $unionWith: (random, depth) => doc({ coll: collection(random), pipeline: below(random, depth) }),
  $bucket: (random) =>
    doc({
      groupBy: expression(random, 1),
      boundaries: [new Int32(0), count(random), new Int32(9)],
      default: value(random),
    }),
  $documents: (random) => random.several(3, () => document(random)),
  $out: output,
  $merge: (random) =>
    doc({
      into: output(random),
      on: random.oneIn(3) ? fieldName(random) : undefined,
      whenMatched: random.pick(['replace', 'merge', 'fail', 'keepExisting', 'nope']),
      whenNotMatched: random.pick(['insert', 'discard', 'fail']),
    }),
  $changeStream: changeStreamOptions,
}

const TOKENS = [
  '826540000000000001',
  '8265400000000000012B042C0100296E5A1004',
  '8265',
  '',
  'zz',
  '82FFFFFFFFFFFFFFFF2B022C0100296E04',
  '82',
  '00'.repeat(500),
]

/** A resume token: forged, or one of the engine's own with a digit changed. */
export function resumeToken(random: Random): BsonValue {
  const text = [...random.pick(TOKENS)]
  if (text.length > 0 && random.oneIn(2)) text[random.below(text.length)] = random.pick(['0', 'F', 'g', '7'])
  return random.oneIn(8) ? value(random) : doc({ _data: random.oneIn(8) ? value(random) : text.join('') })
}

/** The options of a `$changeStream` stage, right or wrong. */
export function changeStreamOptions(random: Random): BsonDocument {
  const options: readonly (readonly [string, () => BsonValue])[] = [
    ['fullDocument', () => random.pick(['default', 'updateLookup', 'whenAvailable', 'required', 'nope'])],
    ['fullDocumentBeforeChange', () => random.pick(['off', 'whenAvailable', 'required', 'nope'])],
    ['resumeAfter', () => resumeToken(random)],
    ['startAfter', () => resumeToken(random)],
    ['startAtOperationTime', () => value(random)],
    ['allChangesForCluster', () => random.oneIn(2)],
    ['showExpandedEvents', () => random.oneIn(2)],
    [fieldName(random), () => value(random)],
  ]
  return new Map(
    random.several(2, () => {
      const [name, make] = random.pick(options)
      return [name, random.oneIn(8) ? value(random) : make()] as const
    }),
  )
}
