import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { UPDATE_STAGES, isKnownStage, runStages } from './stages.ts'
import { readStages, unrecognizedStage } from './stage-spec.ts'
import type { PipelineContext } from './types.ts'

/**
 * Compiles an update that is written as a pipeline. The caller checks that `_id` stays.
 * @throws CommandError InvalidOptions for a stage that an update does not allow, 40324 for an unknown one, and what the
 * stages throw
 */
export function compileUpdatePipeline(
  stages: readonly BsonValue[],
  context: PipelineContext,
): (document: BsonDocument) => BsonDocument {
  const compiled = readStages(stages).map(({ name, spec }) => {
    const compile = UPDATE_STAGES.get(name)
    if (compile) return compile(spec, context, name)
    if (!isKnownStage(name)) throw unrecognizedStage(name)
    throw new CommandError('InvalidOptions', `${name} is not allowed to be used within an update`)
  })
  // these stages drop no documents
  return (document) => runStages(compiled, document) ?? document
}
