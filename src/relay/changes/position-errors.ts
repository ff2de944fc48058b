import { type ErrorCode, RelayError } from '../../errors.ts'

/** A token that is lost or refused is no place to continue from. */
export const NO_WAY_ON: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['RESUME_TOKEN_INVALID', 'HISTORY_LOST'])

/** The error for a position whose changes are no longer kept. */
export function historyLost(): RelayError {
  return new RelayError('HISTORY_LOST', 'The history no longer reaches back to the starting position')
}

/** What is said of a token that a server does not take. */
export const TOKEN_REFUSED = 'The server does not take this resume token'

/** The error for a token that names an event of another scope. */
export function foreignToken(): RelayError {
  const message = 'The resume token is of another namespace: continue with one that this subscription gave'
  return new RelayError('RESUME_TOKEN_INVALID', message)
}
