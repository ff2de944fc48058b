import { MAX_DEPTH } from '../types.ts'
import type { BsonDocument, BsonValue } from '../values.ts'
import { EjsonError, fieldsOf, JsonNumber, JsonSource, show, type Json, type Expect } from './json.ts'
import { parseJson } from './parse-json.ts'
import { readNumber, toSourceNumber } from './read-number.ts'
import { readCodeWithScope, WRAPPERS } from './wrappers.ts'

/** Half of a pair, which has no UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u

/** The way to a value, from itself to the root. */
interface Place {
  readonly name: string
  readonly up: Place | undefined
}

/**
 * Reads Extended JSON v2, relaxed or canonical. Nothing is guessed: what is not exactly a value of BSON is refused.
 * Fields keep their order. A document with one of the names of {@link WRAPPERS} is what that stands for; documents with
 * other names that begin with `$`, such as operators and references (`$ref`, `$id`), stay documents.
 *
 * @throws EjsonError that begins with the place of what is wrong, where there is one
 */
export function fromEjson(json: Json): BsonValue {
  return read(json, undefined, 1)
}

function read(json: unknown, place: Place | undefined, depth: number): BsonValue {
  if (json === null || typeof json === 'boolean') return json
  if (typeof json === 'string') return readText(json, place)
  if (typeof json === 'number' || typeof json === 'bigint' || json instanceof JsonNumber) {
    return readNumber(json, expecting(place))
  }
  if (json instanceof JsonSource) return read(parseJson(json.text, toSourceNumber), place, depth)
  if (depth > MAX_DEPTH) throw new EjsonError(`nests deeper than ${MAX_DEPTH} levels`)
  if (Array.isArray(json)) {
    // not `map`, which leaves holes
    return Array.from(json, (item: unknown, index) => read(item, { name: String(index), up: place }, depth + 1))
  }
  const fields = fieldsOf(json)
  if (!fields) return expecting(place)('a JSON value', json)
  return readWrapper(fields, place, depth) ?? readDocument(fields, place, depth)
}

function readDocument(fields: Iterable<readonly [string, Json]>, up: Place | undefined, depth: number): BsonDocument {
  const document: BsonDocument = new Map()
  for (const [name, value] of fields) {
    if (name.includes('\0')) return expecting(up)('a name without a zero byte', name)
    const place = { name, up }
    document.set(readText(name, place), read(value, place, depth + 1))
  }
  return document
}

/** What a document stands for; `undefined` where it is just a document. */
function readWrapper(
  fields: readonly (readonly [string, Json])[],
  up: Place | undefined,
  depth: number,
): BsonValue | undefined {
  const found = fields.find(([name]) => WRAPPERS.has(name))
  if (!found) return undefined
  const [name, json] = found
  const expect = expecting({ name, up })
  const [other] = fields.filter((field) => field !== found)
  if (other && name === '$code' && other[0] === '$scope' && fields.length === 2) {
    return readCodeWithScope(json, read(other[1], { name: other[0], up }, depth + 1), expect)
  }
  if (other) return expect('no other name beside it', other[0])
  const value = WRAPPERS.get(name)?.(json, expect)
  if (typeof json === 'string') readText(json, { name, up })
  return value
}

function readText(text: string, place: Place | undefined): string {
  return LONE_SURROGATE.test(text) ? expecting(place)('text, and no half of a surrogate pair', text) : text
}

function expecting(place: Place | undefined): Expect {
  return (expected, got) => {
    throw new EjsonError(`${place ? `at ${show(pathOf(place))} ` : ''}expected ${expected}, got ${show(got)}`)
  }
}

function pathOf(place: Place): string {
  const names: string[] = []
  for (let at: Place | undefined = place; at; at = at.up) names.unshift(at.name)
  return names.join('.')
}
