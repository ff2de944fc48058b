import { compileMatch } from '../stages/match.ts'
import { compileAddFields, compileProject, compileUnset } from '../stages/project.ts'
import { compileRedact } from '../stages/redact.ts'
import { compileReplaceRoot, compileReplaceWith } from '../stages/replace-root.ts'
import type { DocumentStageCompiler } from '../types.ts'

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
