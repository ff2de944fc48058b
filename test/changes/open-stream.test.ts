import { MongoClient } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { streamClientOptions } from '../../src/changes/client-holder.ts'
import { openStream } from '../../src/changes/open-stream.ts'
import { useEngine } from '../support/engine.ts'

describe('a change stream', () => {
  const at = useEngine()

  it('leaves no cursor behind when its getMore is answered before there is a connection to kill it on', async () => {
    const client = new MongoClient(at.engine.uri, streamClientOptions(5))
    const stream = openStream(client, {
      scope: { db: 'test', coll: 'c' },
      position: undefined,
      fullDocument: 'default',
      fullDocumentBeforeChange: 'off',
      showExpandedEvents: false,
      maxAwaitTimeMs: 5,
      splitLargeEvents: true,
      onIdle: () => (idles += 1),
    })
    let idles = 0
    void stream.next()
    await expect.poll(() => idles).toBeGreaterThan(2)
    // a new connection takes longer than the getMore that keeps the only other one
    await at.client.db('admin').command({
      configureFailPoint: 'failCommand',
      mode: 'alwaysOn',
      data: { failCommands: ['hello'], appName: 'tailrace', blockConnection: true, blockTimeMS: 200 },
    })
    await stream.close()
    expect(at.engine.stats().cursors).toBe(0)
    await client.close()
  })
})
