import { CodeWithScope, Int32, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { fieldName, type ToName } from './names.ts'
import type { Random } from './random.ts'
import { scalar, text } from './scalars.ts'

/** A value of any BSON type, nested at most `depth` levels; `toName` names the fields of what is within. */
export function value(random: Random, depth = 2, toName?: ToName): BsonValue {
  if (depth === 0) return scalar(random)
  const inner = () => (toName ? fields(random, depth - 1, toName) : document(random, depth - 1))
  if (random.oneIn(40)) return random.oneIn(4) ? new CodeWithScope(text(random), inner()) : zeros(random)
  if (random.oneIn(4)) return random.several(4, () => value(random, depth - 1, toName))
  return random.oneIn(4) ? inner() : scalar(random)
}

/** A document of some fields, which `toName` names. */
export function fields(random: Random, depth: number, toName: ToName): BsonDocument {
  return new Map(random.several(4, () => [toName(random), value(random, depth, toName)] as const))
}

/** A document of some fields; now and then one with an `_id` of any type or a reference to another document. */
export function document(random: Random, depth = 2): BsonDocument {
  if (random.oneIn(20)) return reference(random)
  const entries = random.several(4, () => [fieldName(random), value(random, depth)] as const)
  return new Map(random.oneIn(4) ? [...entries, ['_id', id(random)] as const] : entries)
}

/** An `_id`: one that documents of the fuzzers have, or a value of any type. */
function id(random: Random): BsonValue {
  return random.oneIn(3) ? new Int32(random.below(8)) : value(random, 1)
}

/** `$ref`, `$id` and `$db`, or a part of them, in any order. */
function reference(random: Random): BsonDocument {
  const parts: [string, BsonValue][] = [
    ['$ref', text(random)],
    ['$id', scalar(random)],
    ['$db', 'fuzz'],
    [fieldName(random), scalar(random)],
  ]
  const from = random.oneIn(4) ? random.below(4) : 0
  return new Map(parts.slice(from, random.between(from + 1, 4)))
}

/** `{0: [{0: [ … ]}]}`, or arrays alone: a path of positions leads to the bottom by many ways. */
export function zeros(random: Random, most = 40): BsonValue {
  let inner: BsonValue = scalar(random)
  const ofArrays = random.oneIn(3)
  for (let level = random.between(1, most); level > 0; level--) inner = ofArrays ? [inner] : new Map([['0', [inner]]])
  return inner
}

/** Something nested `depth` levels deep, as documents or arrays. */
export function nested(random: Random, depth: number, name = 'a'): BsonValue {
  let inner: BsonValue = new Int32(1)
  const asArray = random.oneIn(2)
  for (let level = 0; level < depth; level++) inner = asArray ? [inner] : new Map([[name, inner]])
  return inner
}
