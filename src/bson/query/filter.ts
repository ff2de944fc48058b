import { isDocument, type BsonDocument } from '../values.ts'
import { countWork } from '../work-budget.ts'
import type { FilterLanguage } from './language.ts'
import { parseFilter } from './parse.ts'
import type { MatchDetails } from './predicate.ts'

/** A compiled filter. Holds no state: may be used for any number of documents, at the same time. */
export interface Filter {
  /** The first parts of the paths that conditions stand at, also inside `$and`, `$or` and `$nor`. */
  readonly fields: ReadonlySet<string>
  /** Whether a document matches. Cost: one pass over the conditions, until one decides. */
  matches(document: BsonDocument): boolean
  /**
   * The index of the array element that matched, for the positional operator `$`; undefined when no array was involved
   * or the document does not match.
   */
  positionIn(document: BsonDocument): number | undefined
}

/**
 * Compiles a filter of a language.
 * @throws CommandError BadValue, FailedToParse and others for whatever the server's parser refuses
 * @see https://www.mongodb.com/docs/manual/reference/operator/query/
 */
export function compileFilter(filter: BsonDocument, language: FilterLanguage): Filter {
  const predicate = parseFilter(filter, language)
  const fields = new Set<string>()
  collectFields(filter, fields)
  return {
    fields,
    matches(document) {
      countWork()
      return predicate(document)
    },
    positionIn(document) {
      const details: MatchDetails = { position: undefined }
      return predicate(document, details) ? details.position : undefined
    },
  }
}

function collectFields(filter: BsonDocument, fields: Set<string>): void {
  for (const [name, value] of filter) {
    if (!name.startsWith('$')) fields.add(name.split('.', 1)[0] as string)
    else if (Array.isArray(value)) for (const part of value) if (isDocument(part)) collectFields(part, fields)
  }
}
