import { describe, expect, it } from 'vitest'
import { createNamespaceCounts } from '../../../web/rates/namespace-counts.ts'

describe('counts by namespace', () => {
  it('are by operation type, with the most events first', () => {
    const counts = createNamespaceCounts()
    counts.add('shop.a', 'insert')
    for (const type of ['insert', 'update', 'update']) counts.add('shop.b', type)
    expect(counts.list()).toEqual([
      {
        namespace: 'shop.b',
        total: 3,
        byType: [
          ['update', 2],
          ['insert', 1],
        ],
      },
      { namespace: 'shop.a', total: 1, byType: [['insert', 1]] },
    ])
    expect(counts.byType()).toEqual([
      ['insert', 2],
      ['update', 2],
    ])
    counts.clear()
    expect([counts.list(), counts.byType()]).toEqual([[], []])
  })

  it('are together for namespaces and types that there is no room for', () => {
    const counts = createNamespaceCounts()
    for (let at = 0; at < 10_000; at++) counts.add(`shop.c${at}`, `type${at}`)
    counts.add('shop.c0', 'type0')
    const list = counts.list()
    expect(list).toHaveLength(201)
    expect(list[0]).toMatchObject({ namespace: 'shop.c0', total: 2 })
    expect(list.at(-1)).toMatchObject({ namespace: null, total: 9_800 })
    expect(counts.byType()[0]?.[0]).toBe('other')
    expect(list.at(-1)?.byType.length).toBeLessThan(40)
  })
})
