import { CommandError } from '../../bson/command-error.ts'

/** How many elements an operator may make an array of: what fits the memory that a server allows it. */
const MAX_ELEMENTS = 6_553_600

/**
 * Keeps an operator from making an array that does not fit the memory.
 * @throws CommandError ExceededMemoryLimit
 */
export function assertArrayLength(length: number, operator: string): void {
  if (length <= MAX_ELEMENTS) return
  throw new CommandError('ExceededMemoryLimit', `${operator} would use too much memory (${length} elements)`)
}
