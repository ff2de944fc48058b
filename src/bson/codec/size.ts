import { CommandError } from '../command-error.ts'
import { INTERNAL_ALLOWANCE_BYTES, MAX_DOCUMENT_BYTES } from '../types.ts'

/** The largest document that is sent or taken, in bytes: a stored one and what is around it. */
export const MAX_SENT_BYTES = MAX_DOCUMENT_BYTES + INTERNAL_ALLOWANCE_BYTES

/**
 * Keeps a document that is too large from being sent or taken.
 * @throws CommandError BSONObjectTooLarge
 */
export function assertSize(bytes: number, most = MAX_SENT_BYTES): void {
  if (bytes > most) throw tooLarge(bytes)
}

/** The error of a document that is too large. */
export function tooLarge(bytes: number): CommandError {
  const hex = bytes.toString(16).toUpperCase()
  return new CommandError(
    'BSONObjectTooLarge',
    `BSONObj size: ${bytes} (0x${hex}) is invalid. Size must be between 0 and ${MAX_SENT_BYTES}(16MB)`,
  )
}
