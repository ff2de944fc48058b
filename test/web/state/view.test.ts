import { describe, expect, it } from 'vitest'
import { fromSearch, toSearch, toViewName } from '../../../web/state/view.ts'

describe('the view in the URL', () => {
  it.each([
    { db: 'shop', coll: 'orders', where: null, from: null },
    { db: 'shop', coll: null, where: null, from: null },
    { db: null, coll: null, where: null, from: null },
    { db: 'a&b=c', coll: 'päth/to#x?.y +%20', where: '{"a": "b&c=d"}', from: null },
    { db: 'shop', coll: 'orders', where: null, from: '15m' },
  ])('reads back what it wrote: %o', (view) => {
    expect(fromSearch(toSearch(view))).toEqual(view)
  })

  it('names no view when no parameter is there', () => {
    expect(fromSearch('')).toBeNull()
    expect(fromSearch('?utm=x')).toBeNull()
  })

  it('keeps a collection without a database, for the relay to refuse', () => {
    expect(fromSearch('?coll=x')).toEqual({ db: null, coll: 'x', where: null, from: null })
  })
})

describe('the name of a view', () => {
  it.each([
    [{ db: 'shop', coll: 'orders.old', where: null, from: null }, 'shop.orders.old'],
    [{ db: 'shop', coll: null, where: null, from: null }, 'shop'],
    [{ db: null, coll: null, where: null, from: null }, 'the whole deployment'],
    [{ db: 'shop', coll: null, where: '{}', from: null }, 'shop, filtered'],
  ])('says what is watched: %o', (view, name) => {
    expect(toViewName(view)).toBe(name)
  })
})
