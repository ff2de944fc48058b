/**
 * How long tests wait for a condition, in milliseconds: the one number for all of them. It is about a machine that is
 * busy with other things, and never about how fast something is; a condition that comes true costs no more than it
 * takes.
 */
export const PATIENCE_MS = 60_000

/** How long a test, or a hook, may take as a whole, in milliseconds. */
export const TEST_LIMIT_MS = 2 * PATIENCE_MS
