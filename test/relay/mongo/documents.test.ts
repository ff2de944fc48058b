import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import type { BsonValue } from '../../../src/bson/values.ts'
import type { ChangeSource, CollectionDocument } from '../../../src/relay/changes/change-source.ts'
import { createDeployment, type Deployment } from '../../../src/relay/mongo/deployment.ts'
import { createMongoSource } from '../../../src/relay/mongo/mongo-source.ts'
import { idsOfAllTypes } from '../../support/ids.ts'
import { startProxy } from '../../support/proxy.ts'
import { useDeployment } from '../../support/use-deployment.ts'
import { WireClient } from '../../support/wire-client.ts'

describe('the documents of a collection', () => {
  const at = useDeployment()
  let deployment: Deployment
  let source: ChangeSource
  beforeEach(() => {
    deployment = createDeployment({ uri: at.uri })
    source = createMongoSource(deployment)
  })
  afterEach(() => deployment.close())

  it('are not waited for after the signal, while the server is silent', async () => {
    const link = await startProxy(await at.server())
    const behind = createDeployment({ uri: at.uriThrough(link.port) })
    const aborter = new AbortController()
    const { signal } = aborter
    try {
      const silent = createMongoSource(behind)
      const asOf = await silent.operationTime(signal)
      link.set({ kind: 'black-hole' })
      let failure: unknown
      silent
        .documents({ db: at.db, coll: 'c', after: undefined, asOf }, signal)
        .next()
        .catch((error: unknown) => (failure = error))
      aborter.abort(new Error('enough'))
      // long before the driver gives up
      await expect.poll(() => failure, { timeout: 2_000 }).toEqual(new Error('enough'))
    } finally {
      link.cut('reset')
      await behind.close()
      await link.stop()
    }
  })

  async function read(after?: BsonValue, limit?: number): Promise<CollectionDocument[]> {
    const { signal } = new AbortController()
    const asOf = await source.operationTime(signal)
    const options = { db: at.db, coll: 'c', after, asOf, ...(limit === undefined ? {} : { limit }) }
    const all: CollectionDocument[] = []
    for await (const documents of source.documents(options, signal)) all.push(...documents)
    return all
  }

  it('go on after an `_id` of any type, also of one that the driver cannot write', async () => {
    const { host, port } = at.engineFor('stores what drivers cannot write')
    const wire = await WireClient.open(host, port)
    const ids = idsOfAllTypes()
    const documents = ids.map((_id) => new Map([['_id', _id]]))
    const insert = encodeDocument(
      new Map<string, BsonValue>([
        ['insert', 'c'],
        ['documents', documents.toReversed()],
        ['$db', at.db],
      ]),
    )
    const reply = await wire.send(insert)
    wire.close()
    expect(reply['writeErrors']).toBeUndefined()
    const all = await read()
    const hexOf = (some: readonly CollectionDocument[]) => some.map(({ document }) => document.bytes.toString('hex'))
    expect(hexOf(all)).toEqual(documents.map((one) => encodeDocument(one).toString('hex')))
    for (const [index, id] of ids.entries()) {
      expect(hexOf(await read(id))).toEqual(hexOf(all).slice(index + 1))
      expect(hexOf(await read(id, 2))).toEqual(hexOf(all).slice(index + 1, index + 3))
    }
  })

  it('are no more than asked for, in one batch or in several', async () => {
    const collection = at.client.db(at.db).collection<{ _id: number; text: string }>('c')
    await collection.insertMany(Array.from({ length: 4 }, (_, _id) => ({ _id, text: 'x'.repeat(6_000_000) })))
    for (const limit of [1, 3, 4, 100]) expect(await read(undefined, limit)).toHaveLength(Math.min(limit, 4))
    expect(await at.openCursors()).toBe(0)
  })
})
