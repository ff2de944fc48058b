import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect } from 'vitest'
import { PATIENCE_MS } from './patience.ts'

/** Resources that a test may open and must close: sockets and servers, by Node's own names. */
const WATCHED = new Set(['TCPSocketWrap', 'TCPServerWrap', 'TLSWrap', 'PipeWrap', 'HTTPINCOMINGMESSAGE', 'Timeout'])

function openResources(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) if (WATCHED.has(name)) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/**
 * Has each test of a file fail that leaves open what it has opened. To be called for each file: files share this
 * module.
 */
export function checkLeaks(): void {
  let before: Record<string, number> = {}
  const leaks = () => Object.entries(openResources()).filter(([name, count]) => count > (before[name] ?? 0))

  beforeEach(() => {
    before = openResources()
  })

  // Closing a socket takes a turn of the event loop: wait for the condition instead of asserting at once. By hand and
  // not with vi.waitFor, whose own timers would count as leaks from its second look on; this one's timer has ended when
  // it looks.
  afterEach(async () => {
    const deadlineMs = performance.now() + PATIENCE_MS
    while (leaks().length > 0 && performance.now() < deadlineMs) await delay(20)
    expect(leaks(), 'resources left open by this test').toEqual([])
  })
}
