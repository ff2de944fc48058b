import { Timestamp, type BsonDocument } from '../../../src/bson/values.ts'
import { CommandError } from '../../../src/bson/command-error.ts'
import { compileUpdate, type Update, type UpdateOptions, type UpdateResult } from '../../../src/engine/update/update.ts'
import { compileFilter } from '../../../src/engine/query/filter.ts'
import { documentOf, show, toBson } from '../../support/documents.ts'

type Plain = Record<string, unknown>

/** The time of every update in these tests. */
export const NOW = new Date(1_000)
/** The first cluster time of every update in these tests. */
export const CLUSTER_TIME = new Timestamp({ t: 9, i: 9 })

/** How a test's update is run. */
export interface Setting {
  /** gives the position for `$`; by default everything matches */
  readonly filter?: Plain
  readonly arrayFilters?: readonly Plain[]
  readonly multi?: boolean
  readonly runPipeline?: UpdateOptions['runPipeline']
}

/** Compiles an update that is written as a plain object or list. */
export function compile(
  update: Plain | readonly Plain[],
  { arrayFilters, multi = false, runPipeline }: Setting = {},
): Update {
  return compileUpdate(toBson(update) as BsonDocument | BsonDocument[], {
    multi,
    arrayFilters: (arrayFilters ?? []).map(documentOf),
    now: NOW,
    nextTimestamp: () => CLUSTER_TIME,
    runPipeline:
      runPipeline ??
      (() => {
        throw new Error('this update runs no pipeline')
      }),
  })
}

/** Applies an update to a document. */
export function apply(
  update: Plain | readonly Plain[],
  before: Plain | BsonDocument,
  setting: Setting = {},
): UpdateResult {
  const target = documentOf(before)
  const position = compileFilter(documentOf(setting.filter ?? {})).positionIn(target)
  return compile(update, setting).apply(target, position)
}

/** The document after an update as text; `unchanged` when nothing changed. */
export function after(update: Plain, before: Plain | BsonDocument, setting?: Setting): string {
  const result = apply(update, before, setting)
  return result.changed ? show(result.after) : 'unchanged'
}

/**
 * What a change event says of an update, as text: `<updated> <removed> <truncated>`, the last two only when there are
 * any.
 */
export function described(update: Plain | readonly Plain[], before: Plain | BsonDocument, setting?: Setting): string {
  const result = apply(update, before, setting)
  if (!result.changed) return 'unchanged'
  if (!result.description) return 'replaced'
  const { updatedFields, removedFields, truncatedArrays } = result.description
  const parts = [show(updatedFields)]
  if (removedFields.length > 0) parts.push(`-${removedFields.join(',')}`)
  for (const { field, newSize } of truncatedArrays) parts.push(`${field}#${newSize}`)
  return parts.join(' ')
}

/** The code that compiling or applying an update fails with; undefined when it does not fail. */
export function failure(
  update: Plain | readonly Plain[],
  before: Plain | BsonDocument = {},
  setting?: Setting,
): number | undefined {
  try {
    apply(update, before, setting)
    return undefined
  } catch (error) {
    if (error instanceof CommandError) return error.code
    throw error
  }
}
