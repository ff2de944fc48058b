import type { BsonDocument, BsonValue } from '../bson/values.ts'
import { CommandError } from '../errors.ts'
import { DOCUMENT_STAGES, UPDATE_STAGES } from './document-stages.ts'
import { assertPlacement } from './placement.ts'
import { PIPELINE_STAGES } from './pipeline-stages.ts'
import { readStages, unrecognizedStage, type StageSpec } from './stage-spec.ts'
import type { DocumentStage, PipelineContext, Stage } from './types.ts'
import { UNSUPPORTED_STAGES } from './unsupported-stages.ts'

export type { PipelineContext } from './types.ts'

/**
 * Compiles an aggregation pipeline. The result may be run more than once; each run is lazy where its stages allow it:
 * nothing is read before the first document is asked for, and `$limit` stops reading.
 * @throws CommandError with the server's code: 40324 for an unknown stage, CommandNotSupported for a known one that the
 * engine has not, what each stage and expression raises. Running raises what expressions raise.
 */
export function compilePipeline(stages: readonly BsonValue[], context: PipelineContext): Stage {
  const specs = readStages(stages)
  const compiled = specs.map((stage) => compileStage(stage, context))
  assertPlacement(specs, context)
  return chain(compiled)
}

// pipelines inside stages may neither write nor start from nothing in a place of their own
function compileInner(stages: readonly BsonValue[], context: PipelineContext): Stage {
  return chain(readStages(stages).map((stage) => compileStage(stage, context)))
}

function chain(stages: readonly Stage[]): Stage {
  return (input) => stages.reduce((documents, stage) => stage(documents), input)
}

function compileStage(stage: StageSpec, context: PipelineContext): Stage {
  const { name, spec } = stage
  const perDocument = DOCUMENT_STAGES.get(name)
  if (perDocument) return eachDocument(perDocument(spec, context, name))
  const compile = PIPELINE_STAGES.get(name)
  if (compile) return compile(spec, context, compileInner)
  if (!UNSUPPORTED_STAGES.has(name)) throw unrecognizedStage(name)
  throw new CommandError('CommandNotSupported', `${name} is not supported by the embedded engine`)
}

function eachDocument(stage: DocumentStage): Stage {
  return function* (input) {
    for (const document of input) {
      const result = stage(document)
      if (result !== undefined) yield result
    }
  }
}

/**
 * Compiles the stages that follow `$changeStream` (without `$changeStreamSplitLargeEvent`, which the stream itself does).
 * The function gives each event's new form, or `undefined` for an event that is filtered out.
 * @throws CommandError IllegalOperation for a stage that a change stream does not allow; what `compilePipeline` throws
 */
export function compileChangeStreamPipeline(
  stages: readonly BsonValue[],
  context: PipelineContext,
): (event: BsonDocument) => BsonDocument | undefined {
  const specs = readStages(stages)
  // what is wrong in itself is told before what is wrong in this place
  for (const stage of specs) if (!UNSUPPORTED_STAGES.has(stage.name)) compileStage(stage, context)
  const compiled = specs.map(({ name, spec }) => {
    const compile = DOCUMENT_STAGES.get(name)
    if (compile) return compile(spec, context, name)
    if (name === '$changeStream') {
      throw new CommandError(40602, '$changeStream is only valid as the first stage in a pipeline')
    }
    throw new CommandError('IllegalOperation', `${name} is not permitted in a $changeStream pipeline`)
  })
  return (event) => run(compiled, event)
}

function run(stages: readonly DocumentStage[], document: BsonDocument): BsonDocument | undefined {
  let result: BsonDocument | undefined = document
  for (const stage of stages) {
    if (result === undefined) return undefined
    result = stage(result)
  }
  return result
}

/**
 * Compiles an update that is written as a pipeline. The caller checks that `_id` stays.
 * @throws CommandError InvalidOptions for a stage that an update does not allow; what `compilePipeline` throws
 */
export function compileUpdatePipeline(
  stages: readonly BsonValue[],
  context: PipelineContext,
): (document: BsonDocument) => BsonDocument {
  const compiled = readStages(stages).map((stage) => {
    const compile = UPDATE_STAGES.has(stage.name) ? DOCUMENT_STAGES.get(stage.name) : undefined
    if (compile) return compile(stage.spec, context, stage.name)
    if (!UNSUPPORTED_STAGES.has(stage.name)) compileStage(stage, context)
    throw new CommandError('InvalidOptions', `${stage.name} is not allowed to be used within an update`)
  })
  // these stages drop no documents
  return (document) => run(compiled, document) ?? document
}
