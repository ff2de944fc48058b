import type { Fuzzer } from './fuzzer.ts'
import type { Subject } from './subject.ts'

/** What is fuzzed, and how. */
export interface Target<S extends Subject> {
  /** Starts one of its own for a session. */
  start(): Promise<S>
  /** Each of them has a session of its own; what is in one works at the same time. */
  readonly sessions: readonly (readonly Fuzzer<S>[])[]
  readonly memory: MemoryLimits
  /** How long it may take to be as it was before; default: as long as tests wait. */
  readonly settlesMs?: number
  /** Starts well-behaved clients beside the fuzzers. */
  startWitnesses?(subject: S): Promise<Witnesses>
}

/** How much more memory than at the start may be in use, in bytes, after a garbage collection. */
export interface MemoryLimits {
  readonly meanwhile: number
  readonly afterwards: number
}

/** Well-behaved clients beside the hostile ones. */
export interface Witnesses {
  /** Stops, and gives how many events each was to see, and what any of them missed or saw twice. */
  stop(): Promise<{ readonly events: number; readonly problems: readonly string[] }>
}
