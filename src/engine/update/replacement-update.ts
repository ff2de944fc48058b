import { CommandError } from '../../bson/command-error.ts'
import { type BsonDocument, Timestamp, type BsonValue } from '../../bson/values.ts'
import { isIdentical } from './identical.ts'
import type { Update, UpdateOptions } from './update.ts'
import { documentFromFilter } from './upsert.ts'
import { describeDelta } from './delta/describe.ts'
import { computeDelta } from './delta/diff.ts'
import { compareValues } from '../../bson/compare.ts'
import { fieldText } from '../../bson/shell-text.ts'

/** The document with its `_id` as the first field, where stored documents have it. */
export function withIdFirst(document: BsonDocument, id: BsonValue | undefined = document.get('_id')): BsonDocument {
  if (id === undefined) return document
  if (document.keys().next().value === '_id' && document.get('_id') === id) return document
  const ordered: BsonDocument = new Map([['_id', id]])
  for (const [name, value] of document) if (name !== '_id') ordered.set(name, value)
  return ordered
}

/** The `_id` of the first document that has one. Null is an `_id` like any other. */
export function idOfEither(first: BsonDocument, second: BsonDocument): BsonValue | undefined {
  const id = first.get('_id')
  return id === undefined ? second.get('_id') : id
}

/**
 * Checks that a new version of a document has the `_id` of the one before, if it has one.
 * @throws CommandError ImmutableField
 */
export function checkSameId(before: BsonDocument, after: BsonDocument): void {
  const [old, id] = [before.get('_id'), after.get('_id')]
  if (old === undefined || id === undefined || compareValues(old, id) === 0) return
  throw new CommandError(
    'ImmutableField',
    `After applying the update, the (immutable) field '_id' was found to have been altered to ${fieldText('_id', id)}`,
  )
}

/**
 * Checks the names of a replacement of a document that is there: an upsert may insert any.
 * @throws CommandError DollarPrefixedFieldName
 */
export function checkReplacement(replacement: BsonDocument): void {
  for (const name of replacement.keys()) {
    if (!name.startsWith('$')) continue
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement ` +
        'document. Consider using an aggregation pipeline with $replaceWith.',
    )
  }
}

/** The document with each empty timestamp at the top level, but in `_id`, replaced by the current one. */
export function withTimestamps(document: BsonDocument, nextTimestamp: () => Timestamp): BsonDocument {
  const isEmpty = (value: BsonValue): boolean => value instanceof Timestamp && value.t === 0 && value.i === 0
  if (![...document].some(([name, value]) => name !== '_id' && isEmpty(value))) return document
  return new Map(
    [...document].map(([name, value]) => [name, name !== '_id' && isEmpty(value) ? nextTimestamp() : value]),
  )
}

const ID_ONLY = new Set(['_id'])

/**
 * Compiles a replacement. It keeps the `_id`. Only one that is identical to the document, `_id` and order included, is
 * no change: what a server compares is the replacement as it came.
 * @throws CommandError FailedToParse with `multi`
 */
export function compileReplacement(replacement: BsonDocument, { multi, nextTimestamp }: UpdateOptions): Update {
  if (multi) throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update')
  const replace = (before: BsonDocument): BsonDocument => {
    checkSameId(before, replacement)
    return withIdFirst(withTimestamps(replacement, nextTimestamp), idOfEither(replacement, before))
  }
  return {
    kind: 'replacement',
    apply(before) {
      checkReplacement(replacement)
      if (isIdentical(before, replacement)) return { changed: false }
      return { changed: true, after: replace(before), description: undefined }
    },
    upsert: (filter) => replace(documentFromFilter(filter, ID_ONLY)),
  }
}

/** Compiles an update by an aggregation pipeline, which sees the document and returns its new version. */
export function compilePipelineUpdate(stages: BsonDocument[], { runPipeline }: UpdateOptions): Update {
  const run = (before: BsonDocument): BsonDocument => {
    const after = runPipeline(stages, before)
    checkSameId(before, after)
    return withIdFirst(after, idOfEither(after, before))
  }
  return {
    kind: 'pipeline',
    apply(before) {
      const after = run(before)
      if (isIdentical(before, after)) return { changed: false }
      const delta = computeDelta(before, after)
      return { changed: true, after, description: delta && describeDelta(delta) }
    },
    upsert: (filter) => run(documentFromFilter(filter)),
  }
}
