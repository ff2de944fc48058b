import { buildSchema, getIntrospectionQuery, parse, specifiedRules, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { limitResponseKeys } from '../../../../src/relay/graphql/limits/response-keys.ts'

const schema = buildSchema('type Query { a: Query, b: Int }')

function refusals(query: string, limit = 5): (string | undefined)[] {
  const errors = validate(schema, parse(query), [...specifiedRules, limitResponseKeys(limit)])
  return errors.map(({ extensions, message }) => `${String(extensions['code'])}: ${message}`)
}

describe('limitResponseKeys', () => {
  const refused = ['LIMIT_EXCEEDED: The operation asks for too much: more than 5 response keys']

  it('lets through as many as allowed, and refuses one more', () => {
    expect(refusals('{ a { b x: b y: b z: b } }')).toEqual([])
    expect(refusals('{ a { b x: b y: b z: b } w: b }')).toEqual(refused)
  })

  it('counts a fragment as often as it is spread', () => {
    expect(refusals('{ a { ...F } x: a { ... on Query { b } } } fragment F on Query { b }')).toEqual([])
    expect(refusals('{ a { ...F } x: a { ...F } y: a { ...F } } fragment F on Query { b }')).toEqual(refused)
  })

  it('refuses fragments that multiply, without following them all', () => {
    const fragments = Array.from(
      { length: 50 },
      (_, n) => `fragment F${n} on Query { x: a { ...F${n + 1} } y: a { ...F${n + 1} } }`,
    )
    expect(refusals(`{ ...F0 } ${fragments.join(' ')} fragment F50 on Query { b }`)).toEqual(refused)
  })

  it('leaves cycles and unknown fragments to the rules that refuse them', () => {
    expect(refusals('{ ...F } fragment F on Query { b ...F }')).toEqual([expect.stringContaining('Cannot spread')])
    expect(refusals('{ ...None }')).toEqual([expect.stringContaining('Unknown fragment')])
  })

  it('lets introspection through, and not without end', () => {
    const full = getIntrospectionQuery({
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
    })
    expect(refusals(full)).toEqual([])
    const types = Array.from({ length: 1_001 }, (_, n) => `n${n}: name`).join(' ')
    expect(refusals(`{ __type(name: "Query") { ${types} } }`)).toEqual(refused)
    expect(refusals(`{ ${Array.from({ length: 6 }, (_, n) => `n${n}: __schema { description }`).join(' ')} }`)).toEqual(
      refused,
    )
  })
})
