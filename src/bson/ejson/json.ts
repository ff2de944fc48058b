/**
 * JSON to be read as Extended JSON: as `JSON.parse` and readers of YAML give it, or as {@link parseJson} does, which
 * keeps what they lose: fields as a `Map` in their order, and numbers with all their digits.
 */
export type Json =
  | null
  | boolean
  | string
  | number
  | bigint
  | JsonNumber
  | JsonSource
  | JsonFields
  | readonly Json[]
  | ReadonlyMap<string, Json>
  | JsonObject

/** A JSON object as JavaScript holds it: integer-like names come first, whatever their place was. */
export interface JsonObject {
  readonly [name: string]: Json
}

/** A JSON number with the digits that were written. */
export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** JSON in its own words, to be read where it is used: `JSON.parse` would lose the order of fields. */
export class JsonSource {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** What it is in keys that are made of JSON. */
  toJSON(): string {
    return this.text
  }
}

/** A JSON object with its fields in their order, several of which may have one name. */
export class JsonFields {
  readonly entries: readonly (readonly [string, Json])[]

  constructor(entries: readonly (readonly [string, Json])[]) {
    this.entries = entries
  }
}

/** The fields of a JSON object; `undefined` for anything else, instances of unknown classes included. */
export function fieldsOf(json: unknown): readonly (readonly [string, Json])[] | undefined {
  if (json instanceof JsonFields) return json.entries
  if (json instanceof Map) return [...(json as ReadonlyMap<string, Json>)]
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const prototype: unknown = Object.getPrototypeOf(json)
  // what GraphQL makes has no prototype
  if (prototype !== Object.prototype && prototype !== null) return undefined
  return Object.entries(json as JsonObject)
}

/** Longest text that {@link show} gives, in characters. */
const MAX_SHOWN = 60

/** A value as an error message shows it: JSON, cut short. */
export function show(json: unknown): string {
  const text = showWhole(json, 3)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

function showWhole(json: unknown, depth: number): string {
  if (json instanceof JsonNumber) return json.text
  if (typeof json === 'string') return JSON.stringify(json.slice(0, MAX_SHOWN + 1))
  if (Array.isArray(json)) {
    return depth === 0
      ? '[…]'
      : `[${json
          .slice(0, 8)
          .map((item) => showWhole(item, depth - 1))
          .join(',')}]`
  }
  const fields = fieldsOf(json)
  if (!fields) return typeof json === 'object' && json !== null ? `a ${json.constructor.name}` : String(json)
  if (depth === 0) return '{…}'
  return `{${fields
    .slice(0, 8)
    .map(([name, value]) => `${showWhole(name, 0)}:${showWhole(value, depth - 1)}`)
    .join(',')}}`
}

/** What is wrong with Extended JSON, for the person who wrote it: where, what was expected and what came. */
export class EjsonError extends Error {
  override readonly name = 'EjsonError'
}

/** Says what was expected in the place of what came. Always throws. */
export type Expect = (expected: string, got: unknown) => never
