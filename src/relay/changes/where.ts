import { createHash } from 'node:crypto'
import { CommandError } from '../../bson/command-error.ts'
import { encodeDocument } from '../../bson/codec/encode.ts'
import { heapSizeOf } from '../../bson/heap-size.ts'
import type { MatchedDocument } from '../../bson/query/lazy-fields.ts'
import type { FilterLanguage } from '../../bson/query/language.ts'
import { FIELD_OPERATORS, TOP_LEVEL_OPERATORS } from '../../bson/query/operators.ts'
import { parseFilter } from '../../bson/query/parse.ts'
import type { Predicate } from '../../bson/query/predicate.ts'
import type { BsonDocument } from '../../bson/values.ts'
import { withinSteps } from '../../bson/work-budget.ts'
import { badUserInput, RelayError } from '../../errors.ts'
import { WHERE_OPERATORS } from './where-operators.ts'

/**
 * Tells whether a document matches a compiled filter. **Cost**: of a document that is not decoded only what the filter
 * asks for is.
 */
export type DocumentTest = (document: MatchedDocument) => boolean

/** A compiled filter. */
export interface Where {
  readonly matches: DocumentTest
  /** About how much memory it takes, in bytes; not less. */
  readonly bytes: number
  /** Equal for equal filters. */
  readonly key: string
}

/** How many conditions and operators a filter may have. The values in a list do not count. */
export const MAX_FILTER_TERMS = 500
/** How many parts a path may have. */
export const MAX_PATH_PARTS = 100

const ALLOWED_TEXT = `${WHERE_OPERATORS.slice(0, -1).join(', ')} and ${WHERE_OPERATORS.at(-1)}`

/** MongoDB's other operators. Any other name is refused in MongoDB's words. */
const NOT_TAKEN: ReadonlySet<string> = new Set([
  ...[...FIELD_OPERATORS.keys(), ...TOP_LEVEL_OPERATORS.keys()].filter((name) => !WHERE_OPERATORS.includes(name)),
  ...['$regex', '$options', '$expr', '$where', '$text', '$jsonSchema', '$geoWithin', '$geoIntersects', '$near'],
  ...['$nearSphere', '$within', '$geoNear', '$maxDistance', '$minDistance', '$bitsAllClear', '$bitsAnySet'],
  ...['$bitsAnyClear', '$alwaysFalse', '$sampleRate'],
])

/** What a compiled filter takes besides its values: for each condition, and for each part of a path. */
const BYTES_PER_TERM = 768
const BYTES_PER_PATH_PART = 48

/** Filters that somebody uses, by what they are. */
const inUse = new Map<string, { readonly matches: WeakRef<DocumentTest>; readonly bytes: number }>()
const unused = new FinalizationRegistry<string>((key) => {
  if (inUse.get(key)?.matches.deref() === undefined) inUse.delete(key)
})

/**
 * {@link compileWhere}, once for all who use an equal filter at a time.
 *
 * @throws RelayError as {@link compileWhere}
 */
export function shareWhere(filter: BsonDocument): Where {
  const bson = orBadUserInput(() => encodeDocument(filter))
  const key = createHash('sha256').update(bson).digest('base64')
  const known = inUse.get(key)
  const matches = known?.matches.deref()
  if (known && matches) return { matches, bytes: known.bytes, key }
  const compiled = compile(filter)
  // the values are kept decoded, the names of fields as paths
  const bytes = compiled.bytes + heapSizeOf(filter)
  inUse.set(key, { matches: new WeakRef(compiled.matches), bytes })
  unused.register(compiled.matches, key)
  return { matches: compiled.matches, bytes, key }
}

/**
 * Compiles a filter as a client or an access rule gives it: MongoDB's query language with the comparison, logical,
 * element and array operators. Once per subscription; the test then runs once per event.
 *
 * @throws RelayError `BAD_USER_INPUT` for what MongoDB refuses, in its words, and for its other operators;
 *   `LIMIT_EXCEEDED` beyond {@link MAX_FILTER_TERMS} or {@link MAX_PATH_PARTS}
 * @see https://www.mongodb.com/docs/manual/reference/operator/query/
 */
export function compileWhere(filter: BsonDocument): DocumentTest {
  return compile(filter).matches
}

function compile(filter: BsonDocument): Omit<Where, 'key'> {
  let terms = 0
  let bytes = 0
  const language: FilterLanguage = {
    fieldOperator: (name) => taken(name) && FIELD_OPERATORS.get(name),
    topLevelOperator: (name) => taken(name) && TOP_LEVEL_OPERATORS.get(name),
    regex() {
      throw badUserInput(`\`where\` takes no regular expressions; allowed are ${ALLOWED_TEXT}`)
    },
    onTerm(path) {
      if (++terms > MAX_FILTER_TERMS) throw tooMany(`${MAX_FILTER_TERMS} conditions and operators`)
      const parts = path.split('.', MAX_PATH_PARTS + 1).length
      if (parts > MAX_PATH_PARTS) throw tooMany(`${MAX_PATH_PARTS} parts of a path`)
      bytes += BYTES_PER_TERM + BYTES_PER_PATH_PART * parts
    },
  }
  // bounded by what was sent, whatever else was done in this turn
  const predicate = orBadUserInput(() => withinSteps(Infinity, () => parseFilter(filter, language)))
  return { matches: toTest(predicate), bytes }
}

// apart, so that what is kept does not keep what it was made from
function toTest(predicate: Predicate): DocumentTest {
  return (document) => predicate(document)
}

function orBadUserInput<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof CommandError) throw badUserInput(`\`where\`: ${error.message}`)
    throw error
  }
}

function taken(name: string): true | undefined {
  if (!NOT_TAKEN.has(name)) return true
  throw badUserInput(`\`where\` does not take the operator ${name}; allowed are ${ALLOWED_TEXT}`)
}

function tooMany(limit: string): RelayError {
  return new RelayError('LIMIT_EXCEEDED', `\`where\` has more than ${limit}, the most there may be`)
}
