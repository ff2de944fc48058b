import { describe, expect, it } from 'vitest'
import { useDeployment } from '../../support/use-deployment.ts'

/** So many that what an array takes for each of them is more than a reply has room for besides. */
const MANY = 20_000

describe('a batch of many small documents', () => {
  const at = useDeployment()
  const coll = () => at.client.db(at.db).collection<{ _id: number }>('c')
  const ids = Array.from({ length: MANY }, (_, _id) => _id)
  const fill = () => coll().insertMany(ids.map((_id) => ({ _id, t: 'x'.repeat(900) })))

  it('has room for its array, of a query', async () => {
    await fill()
    const documents = await coll().find({}, { batchSize: 1_000_000 }).toArray()
    expect(documents.map(({ _id }) => _id)).toEqual(ids)
  })

  it('has room for its array, of a change stream that is far behind', async () => {
    const { operationTime } = await at.client.db('admin').command({ ping: 1 })
    await fill()
    const stream = coll().watch([], { startAtOperationTime: operationTime, batchSize: 1_000_000 })
    const seen: unknown[] = []
    while (seen.length < MANY) {
      const event = await stream.next()
      if (event.operationType === 'insert') seen.push(event.documentKey._id)
    }
    await stream.close()
    expect(seen).toEqual(ids)
  })
})
