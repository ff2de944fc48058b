import type { BsonDocument } from '../../bson/values.ts'
import type { DocumentStage } from './types.ts'

/** Sends one document through stages, one after the other; `undefined` when one drops it. */
export function runStages(stages: readonly DocumentStage[], document: BsonDocument): BsonDocument | undefined {
  let result: BsonDocument | undefined = document
  for (const stage of stages) {
    if (result === undefined) return undefined
    result = stage(result)
  }
  return result
}
