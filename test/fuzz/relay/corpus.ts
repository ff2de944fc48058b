import type { KnownInput } from '../engine/corpus.ts'

/**
 * Inputs that once showed a fault; they are always run. What they are depends on the generators: when those change,
 * what they found must be in a test of its own, as it is for these.
 */
export const CORPUS: { readonly webSocket: readonly KnownInput[]; readonly http: readonly KnownInput[] } = {
  webSocket: [],
  http: [],
}
