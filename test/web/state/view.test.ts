import { describe, expect, it } from 'vitest'
import { fromSearch, toSearch, toViewName } from '../../../web/state/view.ts'

describe('the view in the URL', () => {
  it.each([
    { db: 'shop', coll: 'orders' },
    { db: 'shop', coll: null },
    { db: null, coll: null },
    { db: 'a&b=c', coll: 'päth/to#x?.y +%20' },
  ])('reads back what it wrote: %o', (view) => {
    expect(fromSearch(toSearch(view))).toEqual(view)
  })

  it('names no view when neither parameter is there', () => {
    expect(fromSearch('')).toBeNull()
    expect(fromSearch('?utm=x')).toBeNull()
  })

  it('keeps a collection without a database, for the relay to refuse', () => {
    expect(fromSearch('?coll=x')).toEqual({ db: null, coll: 'x' })
  })
})

describe('the name of a view', () => {
  it.each([
    [{ db: 'shop', coll: 'orders.old' }, 'shop.orders.old'],
    [{ db: 'shop', coll: null }, 'shop'],
    [{ db: null, coll: null }, 'the whole deployment'],
  ])('says what is watched: %o', (view, name) => {
    expect(toViewName(view)).toBe(name)
  })
})
