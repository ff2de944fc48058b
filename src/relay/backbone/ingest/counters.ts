/** What an ingester has done since it started. */
export interface IngestCounters {
  /** How often it began to write a log. */
  takeovers: number
  /** How often it stopped because another ingester writes. */
  refused: number
  messages: number
  events: number
  /** Of events, as they are stored. */
  bytes: number
  /** How often changes could not be had, so that a log has a gap. */
  gaps: number
  /** Documents read for the snapshots of relays. */
  documents: number
}

/** All zero. */
export function createIngestCounters(): IngestCounters {
  return { takeovers: 0, refused: 0, messages: 0, events: 0, bytes: 0, gaps: 0, documents: 0 }
}
