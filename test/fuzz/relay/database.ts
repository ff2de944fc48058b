/**
 * What the witnesses of hostile callers watch: a name of the tests' own, because a given deployment may hold others.
 */
export const HOSTILE_DB = 'tailrace_hostile'
