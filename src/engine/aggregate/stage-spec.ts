import { isDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { ABSENT_STAGES } from './absent-stages.ts'

/** A stage of a pipeline, not compiled. */
export interface StageSpec {
  /** With its `$`. */
  readonly name: string
  readonly spec: BsonValue
}

/** The most stages of a pipeline, as a server is set by default. */
const MAX_STAGES = 1000

/**
 * Takes a pipeline's stages apart.
 * @throws CommandError 7749501 for more than 1,000, TypeMismatch for a stage that is not an object, 40323 for one
 *   without exactly one field
 */
export function readStages(stages: readonly BsonValue[]): StageSpec[] {
  if (stages.length > MAX_STAGES) {
    throw new CommandError(7749501, `Pipeline length must be no longer than ${MAX_STAGES} stages.`)
  }
  return stages.map((stage) => {
    if (!isDocument(stage)) {
      throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object")
    }
    const [field] = stage
    if (field === undefined || stage.size !== 1) {
      throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.')
    }
    return { name: field[0], spec: field[1] }
  })
}

/** What a server answers for a stage that it does not know. Of one that other servers know it says why. */
export function unrecognizedStage(name: string): CommandError {
  const text = `Unrecognized pipeline stage name: '${name}'`
  return new CommandError(40324, ABSENT_STAGES.has(name) ? `${text}: the embedded engine does not have it` : text)
}
