import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sliceFields, sliceItems } from '../../../src/bson/ejson/json-slices.ts'

describe('sliceFields', () => {
  it('gives the text of each field, of any object in any layout', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }))
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 1, '\n\t'), (value, space) => {
        const slices = sliceFields(` ${JSON.stringify(value, null, space)} `)
        expect([...slices.keys()].sort()).toEqual(Object.keys(value).sort())
        for (const [name, text] of slices) expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value[name])))
      }),
    )
  })

  it('gives the text of each item, of any list in any layout', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 3 })), fc.constantFrom(undefined, 1, '\n\t'), (value, space) => {
        const items = sliceItems(` ${JSON.stringify(value, null, space)} `)
        expect(items.map((text) => JSON.stringify(JSON.parse(text)))).toEqual(value.map((item) => JSON.stringify(item)))
      }),
    )
    for (const text of ['{"a":[1]}', '1', 'null', '"[1]"', '']) expect(sliceItems(text)).toEqual([])
  })

  it('gives the last of several fields with one name, and nothing of what is not an object', () => {
    expect(sliceFields('{"a":[1,"]"],"a" : {"}":"\\"}"} , "b":1}')).toEqual(
      new Map([
        ['a', '{"}":"\\"}"}'],
        ['b', '1'],
      ]),
    )
    for (const text of ['[{"a":1}]', '1', 'null', '"a"', '']) expect(sliceFields(text).size).toBe(0)
  })
})
