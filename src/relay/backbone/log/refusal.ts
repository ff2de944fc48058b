/** That the last message is not the expected one, as JetStream numbers its errors. */
const WRONG_LAST_SEQUENCE = new Set([10_071, 10_164])

/** Whether an answer to a message is that its place is taken. */
export function isServerRefusal(error: unknown): boolean {
  return WRONG_LAST_SEQUENCE.has(errorNumber(error) ?? 0)
}

/** The number of an error of JetStream; `undefined` for another error. */
export function errorNumber(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error ? Number(error.code) : undefined
}
