/**
 * The command line, the environment or the configuration file is not valid; the message is for the person who wrote it.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
