import { ABSENT_STAGES } from './absent-stages.ts'
import { DOCUMENT_STAGES } from './document-stages.ts'
import { PIPELINE_STAGES } from './pipeline-stages.ts'

/** Sources that the `aggregate` command itself reads, where they stand first. */
export const COMMAND_SOURCES: ReadonlySet<string> = new Set(['$changeStream', '$collStats', '$currentOp'])

/** Whether a real server knows a stage, be it one that the embedded engine refuses. */
export function isKnownStage(name: string): boolean {
  return [DOCUMENT_STAGES, PIPELINE_STAGES, COMMAND_SOURCES, ABSENT_STAGES].some((stages) => stages.has(name))
}
