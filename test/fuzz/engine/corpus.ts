/** An input of a fuzzer, by the seed of its run and its number in it. */
export interface KnownInput {
  readonly seed: number
  readonly input: number
}

/**
 * Inputs that once showed a fault; they are always run. What they are depends on the generators: when those change,
 * what they found must be in a test of its own, as it is for these.
 */
export const CORPUS: Readonly<Record<'wire' | 'commands' | 'work', readonly KnownInput[]>> = {
  // silent messages that could not be read were answered
  wire: [
    { seed: 7, input: 4032 },
    { seed: 7, input: 4036 },
    { seed: 7, input: 4545 },
  ],
  // a findAndModify was refused after it had written
  commands: [
    { seed: 1, input: 1637 },
    { seed: 12, input: 2449 },
    { seed: 12, input: 4193 },
    { seed: 12, input: 11_986 },
  ],
  work: [],
}
