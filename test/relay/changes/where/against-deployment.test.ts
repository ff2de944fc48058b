import { EJSON } from 'bson'
import { describe, expect, it } from 'vitest'
import { openDeployment } from '../../../support/deployment.ts'
import { FILTER_CASES } from './filter-cases.ts'

/** The table's expectations are MongoDB's own: a deployment finds the same documents. */
describe('a deployment', () => {
  it.each(FILTER_CASES)('matches in the same way: %j', async (filter, matching, others) => {
    const deployment = await openDeployment()
    const coll = deployment.client.db(deployment.newDb()).collection<{ _id: number }>('c')
    const documents = [...matching, ...others].map((document, _id) => ({ ...fromEjson(document), _id }))
    if (documents.length > 0) await coll.insertMany(documents)
    const found = await coll.find(fromEjson(filter)).project({ _id: 1 }).sort({ _id: 1 }).toArray()
    await deployment.stop()
    expect(found.map(({ _id }) => JSON.stringify(documents[Number(_id)]))).toEqual(
      documents.slice(0, matching.length).map((document) => JSON.stringify(document)),
    )
  })
})

function fromEjson(value: object): object {
  return EJSON.parse(JSON.stringify(value), { relaxed: false })
}
