import { describe, expect, it } from 'vitest'
import { createFieldNames } from '../../../../web/filter/completion/field-names.ts'
import { readEvent } from '../../../../web/json/event.ts'

describe('names of fields', () => {
  it('are learnt from documents and updates, as paths, the most frequent first', () => {
    const names = createFieldNames()
    const fullDocument = {
      _id: { $oid: 'x' },
      address: { city: 'Bern' },
      items: [{ qty: 1 }, { sku: 'a' }],
      at: { $date: '' },
    }
    names.add({ fullDocument })
    names.add(readEvent(JSON.stringify({ fullDocumentBeforeChange: { items: [] } })))
    names.add({ updateDescription: { updatedFields: { 'items.0.price.eur': 5, items: [] } } })
    expect(names.list()).toEqual([
      ...['items', '_id', 'address', 'address.city', 'items.qty', 'items.sku', 'at', 'items.price.eur'],
    ])
    names.clear()
    expect(names.list()).toEqual([])
  })

  it('are those that a path leads to', () => {
    const names = createFieldNames()
    names.add(JSON.parse('{"fullDocument": {"": 1, "a.b": 1, "$x": 1, "__proto__": {"constructor": 1}}}'))
    names.add({ updateDescription: { updatedFields: { '0': 1, 'a..b': 1, 'a.$b': 1 } } })
    expect(names.list()).toEqual(['__proto__', '__proto__.constructor'])
  })

  it.each([null, 5, 'x', [], {}, { fullDocument: null }, { updateDescription: [] }])('are none of %j', (event) => {
    const names = createFieldNames()
    names.add(event)
    expect(names.list()).toEqual([])
  })

  it('are bounded in number and length, and in what they cost', () => {
    const names = createFieldNames()
    names.add({ fullDocument: { ['x'.repeat(200)]: 1 } })
    expect(names.list()).toEqual([])
    for (let event = 0; event < 20; event++) {
      const fields = Array.from({ length: 1_000 }, (_, at) => [`f${event}-${at}`, 1] as const)
      names.add({ fullDocument: Object.fromEntries(fields) })
      if (event === 0) expect(names.list()).toHaveLength(200)
    }
    expect(names.list()).toHaveLength(500)
    let deep: object = {}
    for (let level = 0; level < 100_000; level++) deep = { a: deep }
    names.clear()
    names.add({ fullDocument: deep })
    expect(names.list()).toHaveLength(7)
  })
})
