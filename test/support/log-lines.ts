import type { Logger } from '../../src/util/logs/logger.ts'

/** A logger that notes each line in an array: its message, and its fields as JSON. */
export function logLines(lines: string[]): Logger {
  const note = (fields: object, message: string) =>
    void lines.push(
      `${message} ${JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? value.stack : value))}`,
    )
  return { debug: note, info: note, warn: note, error: note }
}
