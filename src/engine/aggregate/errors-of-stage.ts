import { CommandError } from '../../bson/command-error.ts'

/** Runs `compile` and puts a stage's name before the message of what it raises, as the server does for some stages. */
export function withErrorsOfStage<T>(stage: string, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new CommandError(error.code, `Invalid ${stage} :: caused by :: ${error.message}`, { cause: error })
  }
}
