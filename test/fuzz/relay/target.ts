import type { Target } from '../harness/target.ts'
import { httpFuzzer } from './http-fuzzer.ts'
import { type RelayUnderTest, startRelayUnderTest } from './relay-under-test.ts'
import { webSocketFuzzer } from './web-socket-fuzzer.ts'
import { startWitnesses } from './witnesses.ts'

/**
 * What the relay may use at any time: its windows, the results that it remembers, what it keeps of documents, and what
 * the embedded engine stores.
 */
const MAX_GROWTH_BYTES = 192 * 1024 * 1024

/** A relay among well-behaved subscribers, by HTTP and WebSocket at the same time. */
export const RELAY: Target<RelayUnderTest> = {
  start: () => startRelayUnderTest(),
  sessions: [[webSocketFuzzer, httpFuzzer]],
  memory: { meanwhile: MAX_GROWTH_BYTES, afterwards: MAX_GROWTH_BYTES },
  startWitnesses,
}
