/** What the events mean that the relay sends on its own behalf, besides `position`. */
export const NOTICES: ReadonlyMap<unknown, 'live' | 'interrupted'> = new Map([
  ['started', 'live'],
  ['interrupted', 'interrupted'],
  ['resumed', 'live'],
])
