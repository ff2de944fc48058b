import { compilePipeline } from '../../../src/engine/aggregate/pipeline.ts'
import type { PipelineContext } from '../../../src/engine/aggregate/types.ts'
import type { BsonValue } from '../../../src/bson/values.ts'
import { documentOf, show, toBson } from '../../support/documents.ts'
import { expectServerError } from '../server-error.ts'
import { contextOver } from './context.ts'

/** Documents as plain objects. */
export type Plain = Record<string, unknown>

/** Runs a pipeline, written as plain values, over documents; gives the results as text. */
export function run(stages: Plain[], input: Plain[] = [], context: PipelineContext = contextOver()): string[] {
  const pipeline = compilePipeline(toBson(stages) as BsonValue[], context)
  return [...pipeline(input.map(documentOf))].map(show)
}

/** Checks that compiling or running a pipeline raises a server error. */
export function expectPipelineError(
  stages: unknown[],
  code: number,
  message: string | RegExp,
  input: Plain[] = [],
  context: PipelineContext = contextOver(),
): void {
  expectServerError(() => run(stages as Plain[], input, context), code, message)
}
