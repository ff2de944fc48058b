import type { RelayState } from './relay-process.ts'
import type { RelayUnderTest } from './relay-under-test.ts'

/**
 * How much more memory than at the start the relay may use at any time, after a garbage collection: its windows, the
 * results that it remembers, what it keeps of documents, and what the embedded engine stores.
 */
export const MAX_GROWTH_BYTES = 192 * 1024 * 1024

const SAMPLE_MS = 3_000

/** Samples a relay's memory while it is being worked on. */
export interface MemoryWatch {
  /** Stops, and gives the most that was in use beyond what was at first, in bytes. */
  stop(): Promise<number>
}

/** Starts sampling. */
export function watchMemory(relay: RelayUnderTest, before: RelayState): MemoryWatch {
  let most = 0
  let sampling: Promise<void> = Promise.resolve()
  const sample = async () => {
    const { heapBytes, externalBytes } = await relay.state()
    most = Math.max(most, heapBytes + externalBytes - before.heapBytes - before.externalBytes)
  }
  const timer = setInterval(() => {
    // a relay that died is told by whoever asks it next
    sampling = sampling.then(sample).catch(() => undefined)
  }, SAMPLE_MS)
  return {
    async stop() {
      clearInterval(timer)
      await sampling
      await sample()
      return most
    },
  }
}
