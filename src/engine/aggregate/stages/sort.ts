import { isDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { sortDocuments } from '../../sorting/sort.ts'
import type { StageCompiler } from '../types.ts'

/** `$sort`: all documents in an order; equal ones stay in place. Holds all of them. */
export const compileSortStage: StageCompiler = (spec) => {
  if (!isDocument(spec)) throw new CommandError(15973, 'the $sort key specification must be an object')
  if (spec.size === 0) throw new CommandError(15976, '$sort stage must have at least one sort key')
  // checks the specification before there are documents
  sortDocuments([], spec)
  return function* (input) {
    yield* sortDocuments([...input], spec)
  }
}
