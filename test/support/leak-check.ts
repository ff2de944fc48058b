import { afterEach, beforeEach, expect, vi } from 'vitest'

/** Resources that a test may open and must close: sockets and servers, by Node's own names. */
const WATCHED = new Set(['TCPSocketWrap', 'TCPServerWrap', 'TLSWrap', 'PipeWrap', 'HTTPINCOMINGMESSAGE', 'Timeout'])

function openResources(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) if (WATCHED.has(name)) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

let before: Record<string, number> = {}

beforeEach(() => {
  before = openResources()
})

// closing a socket takes a turn of the event loop: wait for the condition instead of asserting at once
afterEach(async () => {
  await vi.waitFor(
    () => {
      const after = openResources()
      const leaked = Object.entries(after).filter(([name, count]) => count > (before[name] ?? 0))
      expect(leaked, 'resources left open by this test').toEqual([])
    },
    { timeout: 5_000, interval: 20 },
  )
})
