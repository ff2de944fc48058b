import { RelayError } from '../../../errors.ts'

/** The memory that the filters of each caller take. */
export interface FilterMemory {
  /**
   * Takes memory for a filter.
   *
   * @throws RelayError `LIMIT_EXCEEDED` when the owner has less left
   */
  take(owner: string, bytes: number): void
  /** Gives back what was taken. */
  give(owner: string, bytes: number): void
}

/** Memory of which each owner has so much. Cost: an entry for each owner with filters. */
export function createFilterMemory(maxBytes: number): FilterMemory {
  const taken = new Map<string, number>()
  const takenBy = (owner: string) => taken.get(owner) ?? 0

  return {
    take(owner, bytes) {
      if (bytes === 0) return
      const sum = takenBy(owner) + bytes
      if (sum > maxBytes) throw tooMuch(maxBytes)
      taken.set(owner, sum)
    },
    give(owner, bytes) {
      const left = takenBy(owner) - bytes
      if (left > 0) taken.set(owner, left)
      else taken.delete(owner)
    },
  }
}

function tooMuch(maxBytes: number): RelayError {
  const limit = `${maxBytes} bytes, as \`maxFilterBytesPerPrincipal\` allows`
  const message = `The filters of this caller would take more than ${limit}: use shorter lists, or fewer subscriptions`
  return new RelayError('LIMIT_EXCEEDED', message, { cause: undefined })
}
