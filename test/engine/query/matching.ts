import { CommandError } from '../../../src/bson/command-error.ts'
import { compileFilter, type FilterContext } from '../../../src/engine/query/filter.ts'
import { documentOf } from '../../support/documents.ts'

/** Whether a document matches a filter, both written as plain objects. */
export function matches(filter: Record<string, unknown>, fields: Record<string, unknown>): boolean {
  return compileFilter(documentOf(filter)).matches(documentOf(fields))
}

/** The positions in a list of those documents that match. */
export function matching(filter: Record<string, unknown>, documents: readonly Record<string, unknown>[]): number[] {
  return documents.flatMap((fields, index) => (matches(filter, fields) ? [index] : []))
}

/** The code of the error that compiling a filter raises; undefined when it compiles. */
export function compileCode(filter: Record<string, unknown>, context?: FilterContext): number | undefined {
  return codeOf(() => compileFilter(documentOf(filter), context))
}

/** The code of the CommandError that a call throws; undefined when it does not throw. */
export function codeOf(call: () => unknown): number | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof CommandError) return error.code
    throw error
  }
}
