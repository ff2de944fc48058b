import { describe, expect, it } from 'vitest'
import { createLog } from '../../../../src/relay/feed/log.ts'
import { createWaiters } from '../../../../src/relay/feed/waiting/waiters.ts'
import { keptOf } from '../../../support/kept-of.ts'

describe('what waits for a log', () => {
  it('is forgotten when it leaves while the log stands still', async () => {
    const waiters = createWaiters(createLog({ maxBytes: 1_000, maxEvents: 10 }))
    expect(await keptOf((signal) => waiters.begins(signal))).toBeLessThanOrEqual(1)
    expect(await keptOf((signal) => waiters.reaches('82', signal))).toBeLessThanOrEqual(1)
    waiters.wake()
  })
})
