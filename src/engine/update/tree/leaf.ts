import type { BsonArray, BsonDocument, BsonValue, Timestamp } from '../../../bson/values.ts'
import { fieldText } from '../../../bson/shell-text.ts'

/** What one application of an update knows, for all its operators. */
export interface UpdateScope {
  /** the document before the update */
  readonly root: BsonDocument
  /** whether the document is about to be inserted by an upsert */
  readonly insert: boolean
  /** the array index that the query matched, as a name */
  readonly matched: string | undefined
  readonly now: Date
  readonly nextTimestamp: () => Timestamp
  /** the source of a rename was moved away: it is logged where its target was */
  readonly moved: (source: readonly string[]) => void
}

/** Where an operator is applied. */
export interface Place {
  /** field names and array indexes from the root */
  readonly path: readonly string[]
  /** the name of an array on the way, the innermost one */
  readonly throughArray: string | undefined
}

/**
 * What an operator makes of a field. `append` names the elements that were added at the end of an array, which are
 * logged one by one; a `silent` removal is not logged.
 */
export type Change =
  | { readonly kind: 'set'; readonly value: BsonValue }
  | { readonly kind: 'append'; readonly value: BsonArray; readonly added: number }
  | { readonly kind: 'remove'; readonly silent?: true }

/** One operator with its operand, at the end of a path. */
export interface Leaf {
  readonly kind: 'leaf'
  /**
   * What a missing field means: it is created, it is left alone but must be possible, or it does not matter.
   */
  readonly missing: 'create' | 'viable' | 'ignore'
  /**
   * The field's change; undefined when there is none.
   * @throws CommandError when the value is not of a type that the operator takes
   */
  apply(value: BsonValue | undefined, scope: UpdateScope, place: Place): Change | undefined
}

/**
 * Compiles the operand of an operator for one field.
 * @throws CommandError
 */
export type LeafOperator = (operand: BsonValue, path: string) => Leaf

/** How messages name a document: by its `_id`. */
export function idText(document: BsonDocument): string {
  const id = document.get('_id')
  return id === undefined ? 'no id' : fieldText('_id', id)
}
