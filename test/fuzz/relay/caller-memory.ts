import { usedBytes } from '../harness/subject.ts'
import type { RelayOptions } from '../../../src/relay/options.ts'
import type { MemoryAttack } from './memory/attack.ts'
import { BY_HTTP, BY_HTTP_MEANWHILE } from './memory/by-http.ts'
import { BY_WEB_SOCKET, BY_WEB_SOCKET_MEANWHILE } from './memory/by-web-socket.ts'
import type { RelayUnderTest } from './relay-under-test.ts'

/** Options of a relay that cuts off none of the callers while they are looked at. */
export const PATIENT: RelayOptions = {
  keepAliveMs: 600_000,
  idleConnectionMs: 600_000,
  slowConsumerMs: 600_000,
  headersTimeoutMs: 600_000,
  requestTimeoutMs: 600_000,
}

/** Each of them once took hundreds of MiB, or all there is. */
export const MEMORY_ATTACKS: readonly MemoryAttack[] = [...BY_HTTP, ...BY_WEB_SOCKET]

/** What is done before, and not counted: what is compiled and cached at first is not the caller's. */
export const WARMING_UP = [...BY_HTTP.slice(0, 1), ...BY_WEB_SOCKET.slice(0, 1)]

/** The same, of a relay whose MongoDB is not there. */
export const ATTACKS_MEANWHILE: readonly MemoryAttack[] = [...BY_WEB_SOCKET_MEANWHILE, ...BY_HTTP_MEANWHILE]

/** How much more a relay uses while an attack lasts than before, after a garbage collection, in bytes. */
export async function memoryTaken(relay: RelayUnderTest, { run, count }: MemoryAttack): Promise<number> {
  // what the attack before took is let go of in several turns, too
  const before = await settledBytes(relay)
  const end = await run(relay, count)
  try {
    return (await settledBytes(relay)) - before
  } finally {
    end()
  }
}

/** A reading that is less than this below the least one says that there is nothing more to be collected, in bytes. */
const SETTLED_BYTES = 1_048_576
/** Readings that must say so, one after the other. */
const SETTLED_READINGS = 3

// what came in is collected in several turns, and on a busy machine not before the first reading
async function settledBytes(relay: RelayUnderTest): Promise<number> {
  let least = Infinity
  for (let settled = 0; settled < SETTLED_READINGS; settled++) {
    const bytes = usedBytes(await relay.state())
    if (bytes < least - SETTLED_BYTES) settled = -1
    least = Math.min(least, bytes)
  }
  return least
}
