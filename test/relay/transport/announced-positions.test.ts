import { describe, expect, it } from 'vitest'
import { useRelay } from '../../support/relay.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

describe.each([webSocket, eventStream])('a subscription over $name that announces positions', (transport) => {
  const at = useRelay(() => ({ keepAliveMs: 100, maxAwaitTimeMs: 50 }))
  const coll = () => at.deployment.client.db(at.db).collection<{ _id: number }>('c')
  const query = (announce: boolean) => `subscription ($db: String, $startAfter: ResumeToken) {
    changes(db: $db, coll: "c", startAfter: $startAfter, where: "{\\"documentKey._id\\": {\\"$gte\\": 100}}",
      announceStart: true, announcePositions: ${announce}) { resumeToken operationType documentKey fullDocument }
  }`

  function subscribe(announce: boolean, variables: { readonly startAfter?: string } = {}) {
    const subscription = transport.subscribe(at.relay.graphqlUrl, { db: at.db, ...variables }, query(announce))
    at.onEnd(() => subscription.stop())
    return subscription
  }

  it('can be continued from each, with what matched since', async () => {
    const changes = subscribe(true)
    await changes.take(1)
    for (let _id = 0; _id < 3; _id++) {
      await coll().insertOne({ _id })
      await changes.take(changes.changes.length + 1)
    }
    await coll().insertOne({ _id: 100 })
    await expect.poll(() => changes.changes.some(({ operationType }) => operationType === 'insert')).toBe(true)
    const positions = changes.changes.filter(({ operationType }) => operationType === 'position')
    expect(positions[0]).toMatchObject({ documentKey: null, fullDocument: null })
    const tokens = changes.changes.map(({ resumeToken }) => resumeToken)
    // in order, and none twice
    expect(tokens).toEqual([...new Set(tokens)].sort())
    const second = subscribe(false, { startAfter: positions[2]?.resumeToken ?? '' })
    expect((await second.take(2))[1]).toMatchObject({ documentKey: { _id: 100 } })
  })

  it('gives none to those that did not ask for it', async () => {
    const silent = subscribe(false)
    const other = subscribe(true)
    await silent.take(1)
    await other.take(1)
    for (let _id = 0; _id < 3; _id++) {
      await coll().insertOne({ _id })
      await other.take(other.changes.length + 1)
    }
    expect(silent.changes).toHaveLength(1)
  })
})
