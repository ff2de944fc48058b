import type { BsonValue } from '../../bson/values.ts'
import { countWork } from '../../bson/work-budget.ts'
import { DOCUMENT_STAGES, COMMAND_SOURCES, PIPELINE_STAGES } from './stages.ts'
import { assertPlacement } from './placement.ts'
import { readStages, unrecognizedStage, type StageSpec } from './stage-spec.ts'
import type { DocumentStage, InnerCompilers, PipelineContext, Stage } from './types.ts'
import { compileUpdatePipeline } from './update-pipeline.ts'

export type { PipelineContext } from './types.ts'
export { compileChangeStreamPipeline } from './change-stream-pipeline.ts'
export { compileUpdatePipeline }

/**
 * Compiles an aggregation pipeline. The result may be run more than once; each run is lazy where its stages allow it:
 * nothing is read before the first document is asked for, and `$limit` stops reading.
 * @throws CommandError with the server's code: 40324 for a stage that there is not, what each stage and expression
 *   raises.
 * Running raises what expressions raise.
 * @param source whether the first stage's documents are what the result is run on
 */
export function compilePipeline(
  stages: readonly BsonValue[],
  context: PipelineContext,
  source: 'source is read' | 'source is to be read' = 'source is to be read',
): Stage {
  const specs = readStages(stages)
  // a stage that is wrong in itself comes before one in a wrong place
  const compiled = specs.map((stage) => (COMMAND_SOURCES.has(stage.name) ? undefined : compileStage(stage, context)))
  if (source === 'source is read') compiled[0] = (documents) => documents
  assertPlacement(specs, context)
  return chain(specs.map((stage, position) => compiled[position] ?? compileStage(stage, context)))
}

const INNER: InnerCompilers = { pipeline: compileInner, update: compileUpdatePipeline }

// the stages that hold pipelines check where in them a stage may stand
function compileInner(stages: readonly BsonValue[], context: PipelineContext): Stage {
  return chain(readStages(stages).map((stage) => compileStage(stage, context)))
}

function chain(stages: readonly Stage[]): Stage {
  return (input) => stages.reduce((documents, stage) => stage(documents), input)
}

function compileStage({ name, spec }: StageSpec, context: PipelineContext): Stage {
  const perDocument = DOCUMENT_STAGES.get(name)
  if (perDocument) return eachDocument(perDocument(spec, context, name))
  const compile = PIPELINE_STAGES.get(name)
  if (compile) return counted(compile(spec, context, INNER))
  throw unrecognizedStage(name)
}

/** Counts what a stage gives: some make many documents of one. */
function counted(stage: Stage): Stage {
  return function* (input) {
    for (const document of stage(input)) {
      countWork()
      yield document
    }
  }
}

function eachDocument(stage: DocumentStage): Stage {
  return function* (input) {
    for (const document of input) {
      countWork()
      const result = stage(document)
      if (result !== undefined) yield result
    }
  }
}
