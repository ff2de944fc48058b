import { setTimeout as delay } from 'node:timers/promises'
import { fuzzHttp } from './http-fuzzer.ts'
import { MAX_GROWTH_BYTES, watchMemory } from './memory.ts'
import type { HostileOutcome } from './oracle.ts'
import { type RelayUnderTest, startRelayUnderTest } from './relay-under-test.ts'
import { fuzzWebSocket } from './web-socket-fuzzer.ts'
import { startWitnesses } from './witnesses.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

/** How a relay came through. */
export interface SessionOutcome {
  readonly webSocket: HostileOutcome
  readonly http: HostileOutcome
  /** Events that each well-behaved subscriber was to see. */
  readonly witnessed: number
  /** The most memory that was in use beyond what was at first, in bytes. */
  readonly growthBytes: number
  /** Everything that is wrong. Empty when all is well. */
  readonly problems: readonly string[]
}

/** Gives a relay of its own these inputs, WebSocket and HTTP at the same time, beside well-behaved subscribers. */
export async function runHostileSession(
  seed: number,
  webSocketInputs: Iterable<number>,
  httpInputs: Iterable<number>,
): Promise<SessionOutcome> {
  const relay = await startRelayUnderTest()
  try {
    const witnesses = await startWitnesses(relay)
    const before = await relay.state()
    const memory = watchMemory(relay, before)
    const [webSocket, http] = await Promise.all([
      fuzzWebSocket(relay.graphqlUrl, seed, webSocketInputs),
      fuzzHttp(relay.graphqlUrl, seed, httpInputs),
    ])
    const problems = [
      ...webSocket.failures.map(({ input, what }) => `seed ${seed}, WebSocket input ${input}: ${what}`),
      ...http.failures.map(({ input, what }) => `seed ${seed}, HTTP input ${input}: ${what}`),
    ]
    if (!relay.isAlive) {
      // what follows its end says nothing
      problems.unshift(`the relay died: ${relay.errors}`)
      return { webSocket, http, witnessed: 0, growthBytes: 0, problems }
    }
    const { events, problems: missed } = await witnesses.stop()
    const growthBytes = await memory.stop()
    if (growthBytes > MAX_GROWTH_BYTES) problems.push(`${growthBytes} bytes more were in use than at first`)
    problems.push(...missed, ...(await settledProblems(relay)))
    return { webSocket, http, witnessed: events, growthBytes, problems }
  } finally {
    await relay.stop()
  }
}

async function settledProblems(relay: RelayUnderTest): Promise<string[]> {
  const deadlineMs = performance.now() + PATIENCE_MS
  for (;;) {
    const { subscribers, unexpected, pollution } = await relay.state()
    const problems = unexpected.slice(0, 20).map((line) => `masked: ${line.slice(0, 600)}`)
    if (subscribers > 0) problems.push(`${subscribers} subscribers are left`)
    if (pollution.length > 0) problems.push(`prototypes hold ${pollution.join()}`)
    if (relay.errors !== '') problems.push(`stderr: ${relay.errors}`)
    if (problems.length === 0 || performance.now() > deadlineMs) return problems
    await delay(100)
  }
}
