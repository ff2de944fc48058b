import { compileDocuments } from '../stages/documents.ts'
import { compileFacet } from '../stages/facet.ts'
import { compileGraphLookup } from '../stages/graph-lookup.ts'
import { compileGroup } from '../stages/group.ts'
import { compileCount, compileLimit, compileSkip } from '../stages/limit.ts'
import { compileLookup } from '../stages/lookup.ts'
import { compileMerge, compileOut } from '../stages/output.ts'
import { compileSample } from '../stages/sample.ts'
import { compileSortStage } from '../stages/sort.ts'
import { compileUnionWith } from '../stages/union-with.ts'
import { compileUnwind } from '../stages/unwind.ts'
import type { StageCompiler } from '../types.ts'

/** Stages that see all documents, or none. */
export const PIPELINE_STAGES: ReadonlyMap<string, StageCompiler> = new Map([
  ['$count', compileCount],
  ['$documents', compileDocuments],
  ['$facet', compileFacet],
  ['$graphLookup', compileGraphLookup],
  ['$group', compileGroup],
  ['$limit', compileLimit],
  ['$lookup', compileLookup],
  ['$merge', compileMerge],
  ['$out', compileOut],
  ['$sample', compileSample],
  ['$skip', compileSkip],
  ['$sort', compileSortStage],
  ['$unionWith', compileUnionWith],
  ['$unwind', compileUnwind],
])
