import type { ChangeStream, Document, Timestamp } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'

const fixture = useEngine()

function collection() {
  return fixture.client.db('shop').collection<Document & { _id: number }>('orders')
}

async function take(stream: ChangeStream, count: number): Promise<Document[]> {
  const events: Document[] = []
  while (events.length < count) events.push(await stream.next())
  return events
}

describe('events over 16 MiB', () => {
  it('are split where asked, also on from a fragment, and else said to be too large', async () => {
    await fixture.client.db('shop').createCollection('orders', { changeStreamPreAndPostImages: { enabled: true } })
    const options = { fullDocument: 'required', fullDocumentBeforeChange: 'required' } as const
    await collection().insertOne({ _id: 1, big: 'x'.repeat(9 * 1024 * 1024) })
    const { operationTime } = await fixture.client.db('shop').command({ ping: 1 })
    const start = operationTime as Timestamp
    await collection().updateOne({ _id: 1 }, { $set: { n: 1 } })
    await collection().insertOne({ _id: 2 })

    const plain = collection().watch([], { ...options, startAtOperationTime: start })
    expect(await plain.next()).toMatchObject({ operationType: 'insert' })
    await expect(plain.next()).rejects.toMatchObject({ code: 10334, codeName: 'BSONObjectTooLarge' })
    await plain.close()

    const split = [{ $changeStreamSplitLargeEvent: {} }]
    const fragmented = collection().watch(split, { ...options, startAtOperationTime: start })
    const [, first, second, after] = await take(fragmented, 4)
    expect([first?.['splitEvent'], second?.['splitEvent']]).toEqual([
      { fragment: 1, of: 2 },
      { fragment: 2, of: 2 },
    ])
    expect({ ...first, ...second }).toMatchObject({
      operationType: 'update',
      fullDocument: { n: 1 },
      fullDocumentBeforeChange: { _id: 1 },
    })
    expect(after).toMatchObject({ documentKey: { _id: 2 } })
    await fragmented.close()

    const resumed = collection().watch(split, { ...options, resumeAfter: first?.['_id'] })
    expect(await take(resumed, 2)).toMatchObject([{ splitEvent: { fragment: 2 } }, { documentKey: { _id: 2 } }])
    await resumed.close()
    const misplaced = collection().watch([...split, { $match: {} }])
    await expect(misplaced.next()).rejects.toMatchObject({ code: 7182802 })
    await misplaced.close()
  })
})
