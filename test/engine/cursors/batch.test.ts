import { describe, expect, it } from 'vitest'
import { useDeployment } from '../../support/use-deployment.ts'

/** So many that what an array takes for each of them is more than a reply has room for besides. */
const MANY = 90_000

describe('a batch of many small documents', () => {
  const at = useDeployment()
  const coll = () => at.client.db(at.db).collection<{ _id: number }>('c')
  const fill = async (count: number) => {
    for (let from = 0; from < count; from += 20_000) {
      const documents = Array.from({ length: Math.min(20_000, count - from) }, (_, n) => ({
        _id: from + n,
        t: 'x'.repeat(180),
      }))
      await coll().insertMany(documents, { ordered: false })
    }
  }

  it('has room for its array, of a query', async () => {
    await fill(MANY)
    let count = 0
    for await (const { _id } of coll().find({}, { batchSize: 1_000_000 })) expect(_id).toBe(count++)
    expect(count).toBe(MANY)
  })

  it('has room for its array, of a change stream that is far behind', async () => {
    const { operationTime } = await at.client.db('admin').command({ ping: 1 })
    await fill(MANY)
    const stream = coll().watch([], { startAtOperationTime: operationTime, batchSize: 1_000_000 })
    for (let count = 0; count < MANY; count++) {
      const event = await stream.next()
      if (event.operationType === 'insert') expect(event.documentKey._id).toBe(count)
    }
    await stream.close()
  })
})
