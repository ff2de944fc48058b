import { describe, expect, it } from 'vitest'
import { compileFields } from '../../../src/relay/access/field-filter.ts'
import { CodeWithScope, DbPointer, Int32, ObjectId } from '../../../src/bson/values.ts'
import { documentOf, plainOf } from '../../support/documents.ts'

const remove = (...paths: string[]) => compileFields({ remove: paths })
const allow = (...paths: string[]) => compileFields({ allow: paths })

describe('removed fields', () => {
  it.each<[paths: string[], document: Record<string, unknown>, left: object]>([
    [['a'], { a: 1, b: 2 }, { b: 2 }],
    [['a'], { a: { b: { c: 1 } }, ab: 1 }, { ab: 1 }],
    [['a.b'], { a: { b: 1, c: 2 } }, { a: { c: 2 } }],
    [['a.b'], { a: [{ b: 1, c: 2 }, 3, [{ b: 1 }]] }, { a: [{ c: 2 }, 3, [{}]] }],
    [['a.b'], { 'a.b': 1, 'a.b.c': 1, 'a.bc': 2 }, { 'a.bc': 2 }],
    [['a.b'], { 'a.0.b': 1, 'a.0.c': 2, 'a.0': { b: 1, c: 3 } }, { 'a.0.c': 2, 'a.0': { c: 3 } }],
    [['a.b.c'], { 'a.b': { c: 1, d: 2 }, a: { 'b.c': 1, 'b.d': 2 } }, { 'a.b': { d: 2 }, a: { 'b.d': 2 } }],
    [['a.b'], { 0: { a: { b: 1 } } }, { 0: { a: {} } }],
    [['__proto__'], JSON.parse('{"__proto__": {"x": 1}, "a": 1}'), { a: 1 }],
    [['constructor.x'], { constructor: { x: 1, y: 2 } }, { constructor: { y: 2 } }],
    [['a.$b'], { a: { $b: 1, c: 2 } }, { a: { c: 2 } }],
    [['a.b'], { a: null }, { a: null }],
  ])('%j of %j', (paths, document, left) => {
    expect(plainOf(remove(...paths).redact(documentOf(document)))).toEqual(left)
  })

  it('leave own keys such as __proto__ own keys, and the original as it was', () => {
    const document = documentOf(JSON.parse('{"a": {"__proto__": {"b": 1, "c": 2}}}'))
    const left = remove('a.__proto__.b').redact(document)
    expect(JSON.stringify(plainOf(left))).toBe('{"a":{"__proto__":{"c":2}}}')
    expect(JSON.stringify(plainOf(document))).toBe('{"a":{"__proto__":{"b":1,"c":2}}}')
  })

  it('leave fields in their order', () => {
    const document = new Map([
      ['year', null],
      [
        '7',
        new Map([
          ['b', null],
          ['1', null],
          ['x', null],
        ]),
      ],
      ['1', null],
    ])
    const left = remove('7.x', 'x').redact(document)
    expect([...left.keys()]).toEqual(['year', '7', '1'])
  })

  it('leave values of BSON classes as they are', () => {
    const code = new CodeWithScope('x', new Map([['b', null]]))
    const pointer = new DbPointer('a.b', new ObjectId())
    const document = documentOf({ _id: new ObjectId(), at: new Date(0), n: new Int32(1), code, p: pointer })
    const left = remove('_id.x', 'at.x', 'n.x', 'code.b', 'p.namespace').redact(document)
    expect(left).toEqual(document)
    expect(left.get('p')).toBe(pointer)
  })
})

describe('allowed fields', () => {
  it.each<[paths: string[], document: Record<string, unknown>, left: object]>([
    [['a'], { a: { b: 1 }, b: 2 }, { a: { b: 1 } }],
    [['a.b'], { a: { b: 1, c: 2 }, b: 1 }, { a: { b: 1 } }],
    [['a.b'], { a: 5, b: 1 }, {}],
    [['a.b'], { a: [{ b: 1, c: 2 }, 3, { c: 4 }] }, { a: [{ b: 1 }, {}] }],
    [['a.b'], { 'a.b': 1, 'a.b.c': 1, 'a.bc': 2, a: {} }, { 'a.b': 1, 'a.b.c': 1, a: {} }],
    [['a.b'], { 'a.0.b': 1, 'a.0.c': 2, 'a.0': { b: 1, c: 3 } }, { 'a.0.b': 1, 'a.0': { b: 1 } }],
    [['a'], JSON.parse('{"__proto__": {"a": 1}, "a": 1}'), { a: 1 }],
  ])('%j of %j', (paths, document, left) => {
    expect(plainOf(allow(...paths).redact(documentOf(document)))).toEqual(left)
  })

  it('say that a field is gone when a scalar takes the place of what something below it is allowed of', () => {
    const fields = allow('a.b')
    expect(fields.isGone('a', 'x')).toBe(true)
    expect(fields.isGone('a', new Map())).toBe(false)
    expect(fields.isGone('a.b', 'x')).toBe(false)
    expect(fields.isGone('c', 'x')).toBe(false)
    expect(remove('a.b').isGone('a', 'x')).toBe(false)
  })
})

describe('names', () => {
  it('stay where the field or something below it can be seen', () => {
    const kept = (fields: ReturnType<typeof remove>) => ['a', 'a.b', 'a.0.b', 'a.b.c', 'c'].filter(fields.keepsName)
    expect(kept(remove('a.b'))).toEqual(['a', 'c'])
    expect(kept(allow('a.b'))).toEqual(['a', 'a.b', 'a.0.b', 'a.b.c'])
  })
})
