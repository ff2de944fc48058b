import { type Handlers, serveParent } from '../../support/process/serve-parent.ts'

/** What a process under test tells when asked. */
export interface SubjectState {
  /** How much is open, of each kind. */
  readonly open: Readonly<Record<string, number>>
  /** What it took for failures of its own: each is a bug. */
  readonly unexpected: readonly string[]
  /** After a full garbage collection. */
  readonly heapBytes: number
  /** Buffers, which are outside the heap. */
  readonly externalBytes: number
  /** Names that do not belong on the prototypes of JavaScript's own objects. */
  readonly pollution: readonly string[]
}

const PROTOTYPES = [Object, Array, Map, Function, String, Promise].map(({ prototype }): object => prototype)
const before = PROTOTYPES.map((prototype) => new Set(Reflect.ownKeys(prototype)))

function pollution(): string[] {
  return PROTOTYPES.flatMap((prototype, at) => Reflect.ownKeys(prototype).filter((key) => !before[at]?.has(key))).map(
    String,
  )
}

/**
 * Answers what is asked of a process under test: `start` begins, `state` says how it is, `open` what is open, without a
 * collection of garbage, and `others`.
 */
export function serveSubject(
  start: (options: never) => Promise<object>,
  state: () => Pick<SubjectState, 'open' | 'unexpected'>,
  others: Handlers = {},
): void {
  serveParent({
    ...others,
    start,
    open: () => state().open,
    state(): SubjectState {
      globalThis.gc?.()
      const { heapUsed, external } = process.memoryUsage()
      return { ...state(), heapBytes: heapUsed, externalBytes: external, pollution: pollution() }
    },
  })
}
