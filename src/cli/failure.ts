import { RelayError } from '../errors.ts'
import { UsageError } from './usage-error.ts'

/** What a program ends with that cannot go on: a line for people, and the exit status. */
export interface Failure {
  readonly line: string
  readonly status: number
}

/** What another process of the program has failed with. */
export class ProcessFailure extends Error {
  override readonly name = 'ProcessFailure'
  readonly status: number

  constructor({ line, status }: Failure) {
    super(line)
    this.status = status
  }
}

/** The exit status where the caller asked for what cannot be. */
const USAGE = 2

/** The exit status of everything else. */
export const FAILURE = 1

/** Explains an error in one line that says what a person can do about it. */
export function toFailure(error: unknown): Failure {
  if (error instanceof ProcessFailure) return { line: error.message, status: error.status }
  const status = error instanceof UsageError || error instanceof RelayError ? USAGE : FAILURE
  return { line: explain(error), status }
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}; see tailrace --help all`
  if (error instanceof RelayError) return error.message
  if (error instanceof Error && 'code' in error) {
    const where = 'port' in error ? ` ${String(error.port)}` : ''
    if (error.code === 'EADDRINUSE')
      return `Port${where} is in use; choose another one with --port, or 0 for a free one`
    if (error.code === 'EACCES') return `Listening on port${where} is not permitted; choose one above 1023 with --port`
  }
  return error instanceof Error ? error.message : String(error)
}
