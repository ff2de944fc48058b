import { buildSchema, getIntrospectionQuery } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createExecution } from '../../../../src/relay/graphql/limits/operation-limits.ts'
import { createOperations } from '../../../../src/relay/graphql/operations/operations.ts'
import { DEFAULTS } from '../../../../src/relay/defaults.ts'

const schema = buildSchema('type Query { a: Query, b: Int, colour(name: Name): Int } enum Name { RED }')
const limits = { ...DEFAULTS, maxResponseKeys: 1_000, maxResultBytes: 1_000 }

function refusals(query: string, options = {}): string[] {
  const execution = createExecution({ ...limits, ...options })
  try {
    const { errors } = createOperations(schema, execution).get(query)
    return errors.map(({ extensions, message }) => `${String(extensions['code'])}: ${message}`)
  } catch (error) {
    // only GraphQL errors are thrown
    return [String(Reflect.get(error as object, 'extensions').code)]
  }
}

const nested = (depth: number): string => '{ a '.repeat(depth - 1) + '{ b ' + '}'.repeat(depth)

describe('the limits of an operation', () => {
  it('bound its depth, in fragments too', () => {
    expect(refusals(nested(10))).toEqual([])
    const tooDeep = ['LIMIT_EXCEEDED: The operation nests too deep: more than 10 fields']
    expect(refusals(nested(11))).toEqual(tooDeep)
    expect(refusals(nested(11), { maxQueryDepth: 11 })).toEqual([])
    expect(refusals(`{ ...F } fragment F on Query ${nested(10)}`)).toEqual([])
    expect(refusals(`{ a { ...F } } fragment F on Query ${nested(10)}`)).toEqual(tooDeep)
    expect(refusals('{ ...F } fragment F on Query { a { ...F } }')).toEqual([expect.stringContaining('Cannot spread')])
  })

  it('bound its aliases, directives and tokens', () => {
    const many = (count: number, text: (n: number) => string) =>
      `{ ${Array.from({ length: count }, (_, n) => text(n)).join(' ')} }`
    expect(refusals(many(50, (n) => `a${n}: b`))).toEqual([])
    expect(refusals(many(51, (n) => `a${n}: b`))).toEqual([
      'LIMIT_EXCEEDED: The document has too much in it: more than 50 aliases',
    ])
    expect(refusals(many(50, () => 'b @skip(if: false)'))).toEqual([])
    expect(refusals(many(51, () => 'b @skip(if: false)'))).toEqual([
      'LIMIT_EXCEEDED: The document has too much in it: more than 50 directives',
    ])
    expect(refusals(many(2_000, () => 'b'))).toEqual(['LIMIT_EXCEEDED'])
    expect(
      refusals(
        many(10, () => 'b'),
        { maxTokens: 5 },
      ),
    ).toEqual(['LIMIT_EXCEEDED'])
  })

  it('let introspection through, unless it is switched off', () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true })
    expect(refusals(query)).toEqual([])
    expect(refusals(query, { introspection: false }).join()).toContain('introspection has been disabled')
    expect(refusals('{ __type(name: "Query") { name } }', { introspection: false }).join()).toContain('disabled')
    expect(refusals('{ __typename }', { introspection: false })).toEqual([])
  })

  it('include suggestions of names, when introspection is switched off', () => {
    expect(
      refusals('{ colou colour(nam: RED) x: colour(name: READ) }')
        .join()
        .match(/Did you mean/g),
    ).toHaveLength(3)
    const silent = refusals('{ colou colour(nam: RED) x: colour(name: READ) }', { introspection: false })
    expect(silent).toHaveLength(3)
    expect(silent.join()).not.toContain('Did you mean')
  })
})
