import { CommandError } from '../../bson/command-error.ts'
import { COMMAND_SOURCES } from './stages.ts'
import type { StageSpec } from './stage-spec.ts'
import type { PipelineContext } from './types.ts'

const LAST_ONLY = new Set(['$out', '$merge'])
const FROM_NOTHING = new Set(['$documents', '$currentOp'])
const FIRST_ONLY = new Set([...FROM_NOTHING, ...COMMAND_SOURCES])

/**
 * Checks what depends on where a stage stands.
 * @throws CommandError 40601 for an output that is not last, 40602 for a source that is not first, InvalidNamespace for
 *   a source that does not fit the command's collection
 */
export function assertPlacement(stages: readonly StageSpec[], { collection }: PipelineContext): void {
  for (const [position, { name }] of stages.entries()) {
    if (LAST_ONLY.has(name) && position < stages.length - 1) {
      throw new CommandError(40601, `${name} can only be the final stage in the pipeline`)
    }
    if (FIRST_ONLY.has(name) && position > 0) {
      throw new CommandError(40602, `${name} is only valid as the first stage in a pipeline.`)
    }
  }
  const first = stages[0]?.name
  const fromNothing = first !== undefined && FROM_NOTHING.has(first)
  if (collection === undefined && !fromNothing) {
    const text =
      first === undefined
        ? "'{aggregate: 1}' requires a pipeline"
        : `{aggregate: 1} is not valid for '${first}'; a collection is required.`
    throw new CommandError('InvalidNamespace', text)
  }
  if (collection !== undefined && fromNothing) {
    throw new CommandError('InvalidNamespace', `'${first}' can only be run with {aggregate: 1}`)
  }
}
