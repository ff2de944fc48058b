import { isDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileFilter } from '../../query/filter.ts'
import type { DocumentStageCompiler } from '../types.ts'

/** `$match`: lets documents through that match a filter. */
export const compileMatch: DocumentStageCompiler = (spec, { now, variables }) => {
  if (!isDocument(spec)) throw new CommandError(15959, 'the match filter must be an expression in an object')
  const filter = compileFilter(spec, { now, variables })
  return (document) => (filter.matches(document) ? document : undefined)
}
