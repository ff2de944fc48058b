/** Says what was expected in the place of what came. Always throws. */
export type Expect = (expected: string, got: unknown) => never
