import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { DOCUMENT_STAGES, isKnownStage, runStages } from './stages.ts'
import { readStages, unrecognizedStage } from './stage-spec.ts'
import type { PipelineContext } from './types.ts'

/**
 * Compiles the stages that follow `$changeStream` (without `$changeStreamSplitLargeEvent`, which the stream itself
 * does). The function gives each event's new form, or `undefined` for an event that is filtered out.
 * @throws CommandError 40324 for an unknown stage, IllegalOperation for one that a change stream does not allow, and
 *   what the stages throw
 */
export function compileChangeStreamPipeline(
  stages: readonly BsonValue[],
  context: PipelineContext,
): (event: BsonDocument) => BsonDocument | undefined {
  const specs = readStages(stages)
  // an unknown stage is refused before one that may not stand here
  for (const { name } of specs) if (!isKnownStage(name)) throw unrecognizedStage(name)
  const compiled = specs.map(({ name, spec }) => {
    const compile = DOCUMENT_STAGES.get(name)
    if (compile) return compile(spec, context, name)
    if (name === '$changeStream') {
      throw new CommandError(40602, '$changeStream is only valid as the first stage in a pipeline.')
    }
    throw new CommandError('IllegalOperation', `${name} is not permitted in a $changeStream pipeline`)
  })
  return (event) => runStages(compiled, event)
}
