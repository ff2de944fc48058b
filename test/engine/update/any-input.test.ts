import { BSON } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { Int32, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { beginWork } from '../../../src/bson/work-budget.ts'
import { CommandError } from '../../../src/bson/command-error.ts'
import { isIdentical } from '../../../src/engine/update/identical.ts'
import { compileUpdate, type UpdateResult } from '../../../src/engine/update/update.ts'
import { oneOf } from '../../support/random/names.ts'
import { Random } from '../../support/random/random.ts'
import { fields as anyFields, value as anyValue } from '../../support/random/values.ts'
import { CLUSTER_TIME, NOW } from './updating.ts'

const PATHS = [
  'a',
  'b',
  'a.b',
  'a.0',
  'a.1.b',
  'a.$[]',
  'a.$[].b',
  'a.$[e]',
  'a.$',
  'c',
  'b.c.d',
  '_id',
  '',
  'a..b',
  '$x',
] as const
const OPERATORS = [
  '$set',
  '$unset',
  '$inc',
  '$mul',
  '$min',
  '$max',
  '$rename',
  '$setOnInsert',
  '$currentDate',
  '$push',
  '$addToSet',
  '$pop',
  '$pull',
  '$pullAll',
  '$bit',
  '$nope',
] as const
const toOperandName = oneOf(['x', '$each', '$slice', '$sort', '$position', '$gt', '$in', 'or', 'and', '$type'])
const toName = oneOf(['a', 'b', 'c'])

function randomOperand(random: Random): BsonValue {
  return random.pick<() => BsonValue>([
    () => anyValue(random, 2, toOperandName),
    () => anyValue(random, 2, toName),
    () => new Int32(random.below(3) - 1),
    () => random.pick(PATHS),
  ])()
}

function randomUpdate(random: Random): BsonDocument {
  return new Map(
    Array.from({ length: 1 + random.below(2) }, () => {
      const fields = Array.from({ length: 1 + random.below(2) }, (): [string, BsonValue] => [
        random.pick(PATHS),
        randomOperand(random),
      ])
      return [random.pick(OPERATORS), new Map(fields)]
    }),
  )
}

/** What a call gives; undefined when it is refused with a CommandError. Anything else fails the test. */
function attempt<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch (error) {
    if (error instanceof CommandError) return undefined
    throw error
  }
}

const EXACTLY = { promoteValues: false, bsonRegExp: true }

type Plain = Record<string, unknown>

/** Follows a description by plain means, as a client that keeps a copy does. */
function follow(
  before: BsonDocument,
  description: NonNullable<(UpdateResult & { changed: true })['description']>,
): unknown {
  const target = BSON.deserialize(encodeDocument(before), EXACTLY)
  const parent = (path: string): [Plain, string] => {
    const parts = path.split('.')
    const last = parts.pop() ?? ''
    return [parts.reduce((value, part) => value[part] as Plain, target), last]
  }
  for (const path of description.removedFields) {
    const [container, name] = parent(path)
    delete container[name]
  }
  const updated = BSON.deserialize(encodeDocument(description.updatedFields), EXACTLY)
  for (const [path, value] of Object.entries(updated)) {
    const [container, name] = parent(path)
    // an element beyond the end leaves a gap, which the server fills with null
    if (Array.isArray(container)) while (container.length < Number(name)) container.push(null)
    container[name] = value
  }
  return target
}

/** Documents by content: the order of fields is the server's to choose. */
function plain(document: BsonDocument): unknown {
  return BSON.deserialize(encodeDocument(document), EXACTLY)
}

describe('any update by operators', () => {
  it('is refused, changes nothing, or is described so that a copy can follow', () => {
    const random = new Random(13)
    let changes = 0
    for (let round = 0; round < 10_000; round++) {
      beginWork()
      const update = attempt(() =>
        compileUpdate(randomUpdate(random), {
          arrayFilters: random.below(4) === 0 ? [new Map([['e', new Int32(1)]])] : [],
          now: NOW,
          nextTimestamp: () => CLUSTER_TIME,
          runPipeline: (_stages, document) => document,
        }),
      )
      const before: BsonDocument = new Map([['_id', new Int32(1)], ...anyFields(random, 3, toName)])
      const bytes = encodeDocument(before)
      const result = attempt(() => update?.apply(before, random.below(2)))
      attempt(() => update?.upsert(before))
      expect(encodeDocument(before).equals(bytes)).toBe(true)
      if (!result?.changed) continue
      changes++
      if (result.description) expect(follow(before, result.description)).toEqual(plain(result.after))
    }
    expect(changes).toBeGreaterThan(375)
  })

  it('changes nothing the second time, where the operator sets what is there', () => {
    const random = new Random(17)
    for (let round = 0; round < 5_000; round++) {
      beginWork()
      const fields = new Map([[random.pick(['a', 'b.c', 'a.0']), anyValue(random, 2, toName)]])
      const operator = random.pick(['$set', '$min', '$max', '$addToSet'])
      const update = attempt(() =>
        compileUpdate(new Map([[operator, fields]]), {
          now: NOW,
          nextTimestamp: () => CLUSTER_TIME,
          runPipeline: (_stages, document) => document,
        }),
      )
      const before = anyFields(random, 2, toName)
      const first = attempt(() => update?.apply(before, undefined))
      if (!first?.changed) continue
      expect(isIdentical(first.after, before)).toBe(false)
      expect(update?.apply(first.after, undefined)).toEqual({ changed: false })
    }
  })
})
