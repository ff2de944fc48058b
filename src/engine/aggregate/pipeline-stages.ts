import { compileCount, compileLimit, compileSkip } from './stages/limit.ts'
import type { StageCompiler } from './types.ts'

/** Stages that see all documents, or none. */
export const PIPELINE_STAGES: ReadonlyMap<string, StageCompiler> = new Map([
  ['$limit', compileLimit],
  ['$skip', compileSkip],
  ['$count', compileCount],
])
