import type { RelayError } from '../../../errors.ts'

/** The memory that the filters of each caller take. */
export interface FilterMemory {
  /**
   * Takes memory for a filter; gives the function that gives it back, which is to be called once.
   *
   * @throws RelayError `LIMIT_EXCEEDED` when the owner has less left
   */
  take(owner: string, bytes: number): () => void
}

/**
 * Memory of which each owner has so much. Cost: an entry for each owner with filters.
 *
 * @param atLimit gives the error for those who ask for more
 */
export function createFilterMemory(maxBytes: number, atLimit: (message: string) => RelayError): FilterMemory {
  const taken = new Map<string, number>()

  const add = (owner: string, bytes: number) => {
    const sum = (taken.get(owner) ?? 0) + bytes
    if (sum > maxBytes) throw atLimit(tooMuch(maxBytes))
    if (sum > 0) taken.set(owner, sum)
    else taken.delete(owner)
  }

  return {
    take(owner, bytes) {
      if (bytes === 0) return NOTHING
      add(owner, bytes)
      return () => add(owner, -bytes)
    },
  }
}

const NOTHING = () => {}

function tooMuch(maxBytes: number): string {
  const limit = `${maxBytes} bytes, as \`maxFilterBytesPerPrincipal\` allows`
  return `The filters of this caller would take more than ${limit}: use shorter lists, or fewer subscriptions`
}
