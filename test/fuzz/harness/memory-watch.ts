import { type Subject, usedBytes } from './subject.ts'
import type { SubjectState } from './serve-subject.ts'

const SAMPLE_MS = 3_000

/** Samples the memory of what is under test while it is being worked on. */
export interface MemoryWatch {
  /** Stops, and gives the most that was in use beyond what was at first, in bytes. */
  stop(): Promise<number>
}

/** Starts sampling. */
export function watchMemory(subject: Subject, before: SubjectState): MemoryWatch {
  let most = 0
  let sampling: Promise<unknown> = Promise.resolve()
  const sample = async () => {
    most = Math.max(most, usedBytes(await subject.state()) - usedBytes(before))
  }
  const timer = setInterval(() => {
    sampling = sampling.then(sample).catch(() => 'that it died is told by the next who asks')
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
