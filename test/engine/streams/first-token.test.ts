import type { BSON } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { WireClient, type RawReply } from '../../support/wire-client.ts'

const fixture = useEngine()
let wire: WireClient

beforeEach(async () => {
  wire = await WireClient.open(fixture.engine.host, fixture.engine.port)
})
afterEach(() => wire.close())

interface Event {
  readonly documentKey: { readonly _id: BSON.Int32 }
}

interface CursorFields {
  readonly id: BSON.Long
  readonly firstBatch?: readonly Event[]
  readonly nextBatch?: readonly Event[]
  readonly postBatchResumeToken: unknown
}

const SCOPES = [
  ['collection', 'shop', 'orders', {}],
  ['database', 'shop', 1, {}],
  ['deployment', 'admin', 1, { allChangesForCluster: true }],
] as const
const POSITIONS: readonly (readonly [string, (opened: RawReply, idle: RawReply) => object])[] = [
  ['resumeAfter the token of the opening', (opened) => ({ resumeAfter: tokenOf(opened) })],
  ['startAfter the token of the opening', (opened) => ({ startAfter: tokenOf(opened) })],
  ['resumeAfter the token of an empty batch', (_, idle) => ({ resumeAfter: tokenOf(idle) })],
  ['startAfter the token of an empty batch', (_, idle) => ({ startAfter: tokenOf(idle) })],
  ['startAtOperationTime of the opening', (opened) => ({ startAtOperationTime: opened['operationTime'] })],
]

function eventsOf(reply: RawReply): readonly Event[] {
  const { firstBatch, nextBatch } = reply['cursor'] as CursorFields
  return firstBatch ?? nextBatch ?? []
}

function tokenOf(reply: RawReply): unknown {
  return (reply['cursor'] as CursorFields).postBatchResumeToken
}

describe('a stream that has seen nothing yet', () => {
  const cases = SCOPES.flatMap((scope) =>
    POSITIONS.map(([name, position]) => [scope[0], name, scope, position] as const),
  )
  it.each(cases)(
    'of a %s continues with %s, without what was before',
    async (_, __, [, db, target, scope], position) => {
      const insert = (_id: number) => wire.command('shop', { insert: 'orders', documents: [{ _id }] })
      const open = (options: object) =>
        wire.command(db, { aggregate: target, pipeline: [{ $changeStream: { ...scope, ...options } }], cursor: {} })
      const read = (opened: RawReply) =>
        wire.command(db, {
          getMore: (opened['cursor'] as CursorFields).id,
          collection: target === 1 ? '$cmd.aggregate' : target,
          maxTimeMS: 1,
        })
      await insert(1)
      const opened = await open({})
      const idle = await read(opened)
      await insert(2)
      const resumed = await open(position(opened, idle))
      const events = [resumed, await read(resumed)].flatMap(eventsOf)
      expect(events.map(({ documentKey }) => documentKey._id.valueOf())).toEqual([2])
    },
  )
})
