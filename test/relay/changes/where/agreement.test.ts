import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../../../src/bson/codec/lazy-document.ts'
import { doc, Int32, isDocument, toNumber, type BsonDocument, type BsonNumber } from '../../../../src/bson/values.ts'
import { compileWhere } from '../../../../src/relay/changes/where.ts'
import { startEngine, type Engine } from '../../../../src/engine/engine.ts'
import { filter as anyFilter } from '../../../fuzz/engine/filters.ts'
import { arbitraryOf } from '../../../support/random/arbitrary.ts'
import { Random } from '../../../support/random/random.ts'
import { document as anyDocument } from '../../../support/random/values.ts'
import { RelayError } from '../../../../src/errors.ts'

const DOCUMENTS = 60

/**
 * The numbers of the documents that match, or why the filter is refused; `undefined` where the relay takes less than an
 * engine.
 */
function byRelay(filter: BsonDocument, documents: readonly BsonDocument[]): number[] | string | undefined {
  try {
    const matches = compileWhere(filter)
    return documents.flatMap((document, at) => (matches(new LazyDocument(encodeDocument(document))) ? [at] : []))
  } catch (error) {
    if (!(error instanceof RelayError)) throw error
    const isOwn = error.code === 'LIMIT_EXCEEDED' || /^`where` (takes no|does not take)/.test(error.message)
    return isOwn ? undefined : error.message.replace('`where`: ', '')
  }
}

async function byEngine(engine: Engine, filter: BsonDocument): Promise<number[] | string> {
  const found = await engine.run('db', doc({ find: 'c', filter, batchSize: new Int32(DOCUMENTS + 1) }))
  const cursor = found.get('cursor')
  if (!isDocument(cursor)) return String(found.get('errmsg'))
  const batch = cursor.get('firstBatch') as BsonDocument[]
  return batch.map((document) => toNumber(document.get('_id') as BsonNumber)).sort((a, b) => a - b)
}

describe('where and find of the engine', () => {
  let engine: Engine
  const random = new Random(20_261)
  const documents = Array.from({ length: DOCUMENTS }, (_, n): BsonDocument => {
    const fields = [...anyDocument(random, 3)].filter(([name]) => name !== '_id' && !name.startsWith('$'))
    return new Map([['_id', new Int32(n)], ...fields])
  })

  beforeAll(async () => {
    engine = await startEngine({ port: 0 })
    const inserted = await engine.run('db', doc({ insert: 'c', documents: [...documents] }))
    expect(inserted.get('writeErrors')).toBeUndefined()
  })

  afterAll(() => engine.stop())

  it('give the same documents, or refuse in the same words', async () => {
    let taken = 0
    await fc.assert(
      fc.asyncProperty(arbitraryOf(anyFilter), async (filter) => {
        const expected = byRelay(filter, documents)
        if (expected === undefined) return
        taken++
        expect(await byEngine(engine, filter)).toEqual(expected)
      }),
      { numRuns: 1_500 },
    )
    // what the relay does not take at all says nothing
    expect(taken).toBeGreaterThan(300)
  })
})
