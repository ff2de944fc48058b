import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../../src/bson/codec/lazy-document.ts'
import { doc, type BsonValue } from '../../../src/bson/values.ts'
import type { Change } from '../../../src/relay/changes/change.ts'
import { createNamespaceLabels } from '../../../src/relay/telemetry/namespace-labels.ts'

function eventOf(ns: BsonValue | undefined): Change {
  const event = new LazyDocument(encodeDocument(doc({ operationType: 'insert', ns })))
  return { resumeToken: '', event, raw: new Uint8Array() }
}

const inColl = (coll: string) => eventOf(doc({ db: 'shop', coll }))

describe('labels of namespaces', () => {
  it('count events by the namespaces that they have', () => {
    const labels = createNamespaceLabels()
    const changes = [inColl('a'), inColl('é.b'), inColl('a'), eventOf(doc({ db: 'shop' })), eventOf(undefined)]
    expect([...labels.count(changes, {})]).toEqual([
      ['shop.a', 2],
      ['shop.é.b', 1],
      ['shop', 1],
      ['other', 1],
    ])
    expect([...labels.count([], {})]).toEqual([])
    expect([...labels.count([eventOf('text')], {})]).toEqual([['other', 1]])
  })

  it('look at no event of a collection', () => {
    const labels = createNamespaceLabels()
    const unread = [{ resumeToken: '', raw: new Uint8Array() } as Change]
    expect([...labels.count(unread, { db: 'shop', coll: 'a' })]).toEqual([['shop.a', 1]])
    expect([...labels.count([], { db: 'shop', coll: 'b' })]).toEqual([['shop.b', 0]])
  })

  it('stay with the first hundred, however many there are', () => {
    const labels = createNamespaceLabels()
    const many = Array.from({ length: 3_000 }, (_, at) => inColl(`c${at}`))
    const counts = labels.count(many, {})
    expect(counts.size).toBe(101)
    expect(counts.get('other')).toBe(2_900)
    expect([...labels.count([inColl('c99'), inColl('c100'), inColl('c2999')], {})]).toEqual([
      ['shop.c99', 1],
      ['other', 2],
    ])
  })
})
