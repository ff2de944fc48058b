import { MAX_DEPTH } from '../../bson/types.ts'
import { isDocument, type BsonValue } from '../../bson/values.ts'
import { countWork } from '../../bson/work-budget.ts'
import { CommandError } from '../../bson/command-error.ts'

/** How large a value may become on the way through a pipeline, about; a server's own buffers end there too. */
const MAX_BYTES = 64 * 1024 * 1024
/** What a value takes beside its text or its parts. */
const OVERHEAD_BYTES = 8

/**
 * Gives a value back that an expression has put together, unless it has grown out of all bounds: parts are shared, so a
 * short expression can make what could never be written or compared.
 * Cost: one walk over the value's parts.
 * @throws CommandError Overflow when nested too deep, BSONObjectTooLarge when too large
 */
export function bounded<T extends BsonValue>(value: T): T {
  measure(value, { left: MAX_BYTES }, 1)
  return value
}

function measure(value: BsonValue, budget: { left: number }, depth: number): void {
  countWork()
  budget.left -= OVERHEAD_BYTES
  if (typeof value === 'string') budget.left -= value.length
  if (budget.left < 0) {
    throw new CommandError('BSONObjectTooLarge', `BSONObj size is invalid: more than ${MAX_BYTES} bytes`)
  }
  if (!Array.isArray(value) && !isDocument(value)) return
  if (depth > MAX_DEPTH) {
    throw new CommandError('Overflow', `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`)
  }
  if (Array.isArray(value)) for (const item of value) measure(item, budget, depth + 1)
  else for (const item of value.values()) measure(item, budget, depth + 1)
}
