import { describe, expect, it } from 'vitest'
import { useRelayBehindProxy } from '../../../support/relay-behind-proxy.ts'
import { webSocket } from '../../../support/transports.ts'
import { stateIn, stateOf, typesOf } from './collection-state.ts'

const CHANGE_STREAM_HISTORY_LOST = 286

describe('a subscription whose position the oplog does not have any more', () => {
  // what is older than a stream is to be had by another one
  const at = useRelayBehindProxy({ warmStartMs: 0 })
  const subscribe = (snapshot: 'FIRST' | 'ON_HISTORY_LOST', variables = {}) =>
    webSocket.subscribe(at.relay.graphqlUrl, { db: at.db, coll: 'c', snapshot, ...variables })
  const loseHistory = (mode: unknown, failCommands = ['aggregate', 'getMore']) =>
    at.failCommand(mode, { failCommands, errorCode: CHANGE_STREAM_HISTORY_LOST })

  it.each(['FIRST', 'ON_HISTORY_LOST'] as const)('has it while it is there: %s', async (snapshot) => {
    await at.coll.insertOne({ _id: 1 })
    const [first] = await subscribe(snapshot).take(2)
    const rest = subscribe(snapshot, { startAfter: first?.resumeToken })
    expect(typesOf(await rest.take(1))).toEqual(['snapshotEnd'])
  })

  it('begins again with the documents, where it asked for that', async () => {
    await at.coll.insertOne({ _id: 1 })
    const subscription = subscribe('ON_HISTORY_LOST')
    const other = subscribe('FIRST')
    await subscription.take(2)
    await other.take(2)
    // for as long as it takes: all streams of the relay may fail
    await loseHistory('alwaysOn')
    const failure = await other.failure()
    expect(failure.extensions?.['code']).toBe('HISTORY_LOST')
    await loseHistory('off')
    await at.coll.insertOne({ _id: 2 })
    await expect.poll(() => typesOf(subscription.changes)).toContain('snapshotStart')
    await expect.poll(() => stateOf(subscription.changes)).toEqual(stateIn(await at.coll.find().toArray()))
    await at.coll.deleteOne({ _id: 1 })
    await expect.poll(() => stateOf(subscription.changes)).toEqual(stateIn([{ _id: 2 }]))
  })

  it('begins so where a caller comes back too late', async () => {
    await at.coll.insertOne({ _id: 1 })
    const [, end] = await subscribe('ON_HISTORY_LOST').take(2)
    await at.coll.insertOne({ _id: 2 })
    await at.coll.insertOne({ _id: 3 })
    // a stream of other options has a window of its own, which begins now
    await loseHistory({ skip: 1 }, ['aggregate'])
    const images = { fullDocumentBeforeChange: 'WHEN_AVAILABLE' } as const
    const rest = subscribe('ON_HISTORY_LOST', { startAfter: end?.resumeToken, ...images })
    expect(typesOf(await rest.take(5))).toEqual(['snapshotStart', 'snapshot', 'snapshot', 'snapshot', 'snapshotEnd'])
    const failure = await subscribe('FIRST', { startAfter: end?.resumeToken, ...images }).failure()
    expect(failure.extensions?.['code']).toBe('HISTORY_LOST')
  })

  it('is read a page after the other, which waits for nothing', async () => {
    await at.coll.insertOne({ _id: 1 })
    const [, end] = await subscribe('ON_HISTORY_LOST').take(2)
    await at.coll.insertOne({ _id: 2 })
    await at.coll.insertOne({ _id: 3 })
    await loseHistory({ skip: 1 }, ['aggregate'])
    const query = `query ($db: String, $after: ResumeToken) {
      changesPage(db: $db, coll: "c", after: $after, snapshot: ON_HISTORY_LOST, fullDocumentBeforeChange: WHEN_AVAILABLE) {
        changes { operationType }
        isCurrent
      }
    }`
    const body = JSON.stringify({ query, variables: { db: at.db, after: end?.resumeToken } })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(at.relay.graphqlUrl, { method: 'POST', headers, body })
    const types = ['snapshotStart', 'snapshot', 'snapshot', 'snapshot', 'snapshotEnd']
    expect(await response.json()).toEqual({
      data: { changesPage: { changes: types.map((operationType) => ({ operationType })), isCurrent: true } },
    })
  })
})
