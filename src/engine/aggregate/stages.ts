import { ABSENT_STAGES } from './absent-stages.ts'
import { compileAddFields, compileProject, compileUnset } from './stages/project.ts'
import { compileCount, compileLimit, compileSkip } from './stages/limit.ts'
import { compileDocuments } from './stages/documents.ts'
import { compileFacet } from './stages/facet.ts'
import { compileGraphLookup } from './stages/graph-lookup.ts'
import { compileGroup } from './stages/group.ts'
import { compileLookup } from './stages/lookup.ts'
import { compileMatch } from './stages/match.ts'
import { compileMerge, compileOut } from './stages/output.ts'
import { compileRedact } from './stages/redact.ts'
import { compileReplaceRoot, compileReplaceWith } from './stages/replace-root.ts'
import { compileSample } from './stages/sample.ts'
import { compileSortStage } from './stages/sort.ts'
import { compileUnionWith } from './stages/union-with.ts'
import { compileUnwind } from './stages/unwind.ts'
import type { DocumentStageCompiler, StageCompiler, DocumentStage } from './types.ts'
import type { BsonDocument } from '../../bson/values.ts'

/** Stages that look at one document at a time: those that a change stream allows. */
export const DOCUMENT_STAGES: ReadonlyMap<string, DocumentStageCompiler> = new Map([
  ['$match', compileMatch],
  ['$project', compileProject],
  ['$addFields', compileAddFields],
  ['$set', compileAddFields],
  ['$unset', compileUnset],
  ['$replaceRoot', compileReplaceRoot],
  ['$replaceWith', compileReplaceWith],
  ['$redact', compileRedact],
])

/** Stages that an update written as a pipeline may use: those that drop no document. */
export const UPDATE_STAGES: ReadonlyMap<string, DocumentStageCompiler> = new Map(
  [...DOCUMENT_STAGES].filter(([name]) => name !== '$match' && name !== '$redact'),
)

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

/** Sources that the `aggregate` command itself reads, where they stand first. */
export const COMMAND_SOURCES: ReadonlySet<string> = new Set(['$changeStream', '$collStats', '$currentOp'])

/** Whether a real server knows a stage, be it one that the embedded engine refuses. */
export function isKnownStage(name: string): boolean {
  return [DOCUMENT_STAGES, PIPELINE_STAGES, COMMAND_SOURCES, ABSENT_STAGES].some((stages) => stages.has(name))
}

/** Sends one document through stages, one after the other; `undefined` when one drops it. */
export function runStages(stages: readonly DocumentStage[], document: BsonDocument): BsonDocument | undefined {
  let result: BsonDocument | undefined = document
  for (const stage of stages) {
    if (result === undefined) return undefined
    result = stage(result)
  }
  return result
}
