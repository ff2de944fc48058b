import { RelayError } from '../../errors.ts'

/**
 * What kept a caller out. `missing`: it brought no credentials; `invalid`: those that it brought are not good;
 * `unavailable`: they cannot be checked at the moment, so that the same ones may be taken later.
 */
export type AuthenticationProblem = 'missing' | 'invalid' | 'unavailable'

/**
 * A {@link RelayError} `UNAUTHENTICATED` that says which kind it is. Its message never holds any of the credentials.
 */
export class Unauthenticated extends RelayError {
  readonly problem: AuthenticationProblem

  /** @param cause absent where the credentials alone are at fault: a decoder's own error would quote them */
  constructor(problem: AuthenticationProblem, message: string, cause?: unknown) {
    super('UNAUTHENTICATED', message, { cause })
    this.problem = problem
  }
}
