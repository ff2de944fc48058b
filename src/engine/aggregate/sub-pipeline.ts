import type { BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { typeNameOf } from '../expressions/describe.ts'
import { readStages } from './stage-spec.ts'

/**
 * Checks the pipeline that a stage holds: it may not write, and only its first stage may be a source.
 * @param code what the server raises for a stage that is not allowed there
 * @throws CommandError
 */
export function assertSubPipeline(value: BsonValue, holder: string, code: number): BsonValue[] {
  if (!Array.isArray(value)) {
    throw new CommandError(
      'TypeMismatch',
      `'pipeline' option must be specified as an array, found ${typeNameOf(value)}`,
    )
  }
  for (const [position, { name }] of readStages(value).entries()) {
    if (name === '$out' || name === '$merge') {
      throw new CommandError(code, `${name} is not allowed within a ${holder}'s sub-pipeline`)
    }
    if (name === '$documents' && position > 0) {
      throw new CommandError(40602, '$documents is only valid as the first stage in a pipeline.')
    }
  }
  return value
}

/** Whether a pipeline makes its own documents. */
export function startsFromNothing(stages: readonly BsonValue[]): boolean {
  return readStages(stages)[0]?.name === '$documents'
}
