import { describe, expect, it, vi } from 'vitest'
import { createClientHolder, streamClientOptions } from '../../../src/relay/mongo/client-holder.ts'
import { useDeployment } from '../../support/use-deployment.ts'

describe('the client of change streams', () => {
  const at = useDeployment()

  it('gives back the connections of a peak', async () => {
    const options = streamClientOptions(1_000)
    expect(options.maxIdleTimeMS).toBe(30_000)
    // the same, sooner
    const holder = createClientHolder(at.uri, { client: { ...options, maxIdleTimeMS: 50 } })
    let open = 0
    const client = holder.current()
    client.on('connectionCreated', () => open++)
    client.on('connectionClosed', () => open--)
    const streams = Array.from({ length: 20 }, (_, n) => client.db(at.db).collection(`c${n}`).watch())
    const waiting = streams.map((stream) => stream.next().catch(() => 'closed below'))
    await vi.waitFor(() => expect(open).toBeGreaterThanOrEqual(20))
    await Promise.all(streams.map((stream) => stream.close()))
    await Promise.all(waiting)
    await vi.waitFor(() => expect(open).toBe(0))
    await holder.close()
  })
})
