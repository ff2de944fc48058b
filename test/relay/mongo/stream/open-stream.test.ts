import { MongoClient } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { streamClientOptions } from '../../../../src/relay/mongo/client-holder.ts'
import { openStream } from '../../../../src/relay/mongo/stream/open-stream.ts'
import { useDeployment } from '../../../support/use-deployment.ts'

describe('a change stream', () => {
  const at = useDeployment()

  it('leaves no cursor behind when its getMore is answered before there is a connection to kill it on', async () => {
    const client = new MongoClient(at.uri, streamClientOptions(5))
    const stream = openStream(client, {
      scope: { db: at.db, coll: 'c' },
      position: undefined,
      fullDocument: 'default',
      fullDocumentBeforeChange: 'off',
      showExpandedEvents: false,
      maxAwaitTimeMs: 5,
      splitLargeEvents: true,
    })
    for (let idles = 0; idles < 3; idles++) expect(await stream.next()).toHaveProperty('idleAt')
    void stream.next()
    // a new connection takes longer than the getMore that keeps the only other one
    await at.failCommand('alwaysOn', { failCommands: ['hello'], blockConnection: true, blockTimeMS: 200 })
    await stream.close()
    // it has been killed before `close` has settled, or it never is
    expect(await at.openCursors()).toBe(0)
    await client.close()
  })
})
