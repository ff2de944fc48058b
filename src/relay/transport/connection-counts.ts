/** How many connections are open now, by transport. Adapters count their own. */
export interface ConnectionCounts {
  webSockets: number
  eventStreams: number
}

/** Counts at zero. */
export function createConnectionCounts(): ConnectionCounts {
  return { webSockets: 0, eventStreams: 0 }
}
