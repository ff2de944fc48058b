import { describe, expect, it } from 'vitest'
import { Decimal128, Double, Long, ObjectId } from '../../../../src/bson/values.ts'
import { compileCode, matches } from '../matching.ts'

function satisfies(schema: Record<string, unknown>, value: unknown): boolean {
  return matches({ $jsonSchema: { properties: { a: schema } } }, value === undefined ? {} : { a: value })
}

describe('$jsonSchema', () => {
  it.each([
    ['bsonType', { bsonType: 'int' }, 1, true],
    ['bsonType of another type', { bsonType: 'int' }, new Long(1), false],
    ['several types', { bsonType: ['int', 'objectId'] }, new ObjectId(), true],
    ['bsonType number', { bsonType: 'number' }, Decimal128.fromString('1'), true],
    ['type number', { type: 'number' }, new Long(1), true],
    ['type boolean', { type: 'boolean' }, false, true],
    ['type array, not its elements', { type: 'string' }, ['x'], false],
    ['missing fields', { bsonType: 'int' }, undefined, true],
    ['maximum', { maximum: 3 }, 3, true],
    ['maximum exceeded', { maximum: 3 }, 3.5, false],
    ['exclusiveMaximum', { maximum: 3, exclusiveMaximum: true }, 3, false],
    ['minimum', { minimum: new Long(3) }, 2, false],
    ['exclusiveMinimum', { minimum: 3, exclusiveMinimum: true }, Decimal128.fromString('3.0'), false],
    ['NaN beyond bounds', { minimum: 3 }, new Double(NaN), false],
    ['bounds of other types', { maximum: 3 }, 'zzz', true],
    ['multipleOf', { multipleOf: 0.1 }, 0.3, true],
    ['no multiple', { multipleOf: 2 }, 3, false],
    ['maxLength in code points', { maxLength: 1 }, '𝄞', true],
    ['minLength', { minLength: 2 }, 'a', false],
    ['pattern', { pattern: '^a' }, 'ba', false],
    ['pattern of other types', { pattern: '^a' }, 1, true],
    ['enum', { enum: [1, { x: 1, y: 2 }] }, { y: 2, x: 1 }, true],
    ['enum without the value', { enum: [1] }, 2, false],
    ['required', { required: ['x'] }, { y: 1 }, false],
    ['required of other types', { required: ['x'] }, 1, true],
    ['minProperties', { minProperties: 2 }, { x: 1 }, false],
    ['maxProperties', { maxProperties: 1 }, { x: 1 }, true],
    ['nested properties', { properties: { x: { bsonType: 'int' } } }, { x: 'no' }, false],
    ['patternProperties', { patternProperties: { '^n': { type: 'number' } } }, { n1: 'x' }, false],
    ['additionalProperties: false', { properties: { x: {} }, additionalProperties: false }, { x: 1, y: 1 }, false],
    [
      'additionalProperties with patterns',
      { patternProperties: { '^y': {} }, additionalProperties: false },
      { y: 1 },
      true,
    ],
    ['additionalProperties with a schema', { additionalProperties: { type: 'string' } }, { z: 1 }, false],
    ['dependencies on names', { dependencies: { x: ['y'] } }, { x: 1 }, false],
    ['dependencies on a schema', { dependencies: { x: { required: ['y'] } } }, { x: 1, y: 1 }, true],
    ['items', { items: { type: 'number' } }, [1, 'x'], false],
    ['a list of items', { items: [{ type: 'number' }, { type: 'string' }] }, [1], true],
    ['additionalItems: false', { items: [{}], additionalItems: false }, [1, 2], false],
    ['additionalItems with a schema', { items: [{}], additionalItems: { type: 'string' } }, [1, 'x'], true],
    ['minItems', { minItems: 1 }, [], false],
    ['maxItems', { maxItems: 1 }, [1, 2], false],
    [
      'uniqueItems',
      { uniqueItems: true },
      [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
      false,
    ],
    ['uniqueItems: false', { uniqueItems: false }, [1, 1], true],
    ['allOf', { allOf: [{ type: 'number' }, { minimum: 2 }] }, 1, false],
    ['anyOf', { anyOf: [{ type: 'string' }, { minimum: 2 }] }, 2, true],
    ['oneOf of two that hold', { oneOf: [{ type: 'number' }, { minimum: 2 }] }, 2, false],
    ['not', { not: { type: 'number' } }, 2, false],
    ['title and description', { title: 'A', description: 'an a' }, 2, true],
  ])('checks %s', (_title, schema, value, expected) => {
    expect(satisfies(schema, value)).toBe(expected)
  })

  it('checks the document itself', () => {
    expect(
      matches({ $jsonSchema: { required: ['a'], additionalProperties: false, properties: { a: {} } } }, { a: 1 }),
    ).toBe(true)
    expect(matches({ $jsonSchema: { bsonType: 'object', required: ['a', 'b'] } }, { a: 1 })).toBe(false)
    expect(matches({ $nor: [{ $jsonSchema: { required: ['a'] } }] }, { b: 1 })).toBe(true)
  })

  it.each([
    ['an unknown keyword', { nope: 1 }, 9],
    ['an unsupported keyword', { $ref: 'x' }, 9],
    ['type and bsonType together', { type: 'string', bsonType: 'string' }, 9],
    ['the type integer', { type: 'integer' }, 9],
    ['an unknown type', { bsonType: 'nope' }, 2],
    ['a type that is no string', { bsonType: 16 }, 14],
    ['a maximum that is no number', { maximum: 'x' }, 14],
    ['an exclusive bound without the bound', { exclusiveMaximum: true }, 9],
    ['multiples of nothing', { multipleOf: 0 }, 9],
    ['a negative length', { maxLength: -1 }, 9],
    ['an empty required', { required: [] }, 9],
    ['a repeated name in required', { required: ['a', 'a'] }, 9],
    ['required numbers', { required: [1] }, 14],
    ['an empty enum', { enum: [] }, 9],
    ['a repeated value in enum', { enum: [1, new Long(1)] }, 9],
    ['an empty anyOf', { anyOf: [] }, 2],
    ['anyOf of numbers', { anyOf: [1] }, 14],
    ['a property that is no schema', { properties: { a: 1 } }, 14],
    ['items of a number', { items: 1 }, 14],
    ['a pattern that is invalid', { pattern: '(' }, 51091],
    ['a title that is no string', { title: 1 }, 14],
  ])('refuses %s', (_title, schema, code) => {
    expect(compileCode({ $jsonSchema: schema })).toBe(code)
  })
})
