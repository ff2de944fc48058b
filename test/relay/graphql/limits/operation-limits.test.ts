import { buildSchema, getIntrospectionQuery } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createOperationLimits } from '../../../../src/relay/graphql/limits/operation-limits.ts'
import { createOperations } from '../../../../src/relay/graphql/operations/operations.ts'
import { DEFAULTS } from '../../../../src/relay/options/values.ts'

const schema = buildSchema('type Query { a: Query, b: Int, colour(name: Name): Int } enum Name { RED }')
const settings = { ...DEFAULTS, maxResponseKeys: 1_000, maxResultBytes: 1_000 }

function refusals(query: string, options = {}): string[] {
  const limits = createOperationLimits({ ...settings, ...options })
  try {
    const { errors } = createOperations(schema, limits).get(query)
    return errors.map(({ extensions, message }) => `${String(extensions['code'])}: ${message}`)
  } catch (error) {
    // only GraphQL errors are thrown
    return [String(Reflect.get(error as object, 'extensions').code)]
  }
}

const nested = (depth: number): string => '{ a '.repeat(depth - 1) + '{ b ' + '}'.repeat(depth)

describe('the limits of an operation', () => {
  it('bound how deep it nests by its response keys, in fragments too', () => {
    const refused = ['LIMIT_EXCEEDED: The operation asks for too much: more than 50 response keys']
    const at50 = (query: string) => refusals(query, { maxResponseKeys: 50 })
    expect(at50(nested(50))).toEqual([])
    expect(at50(nested(51))).toEqual(refused)
    expect(at50(`{ a { ...F } } fragment F on Query ${nested(50)}`)).toEqual(refused)
    const ofType = (depth: number) =>
      `{ __type(name: "Query") ${'{ ofType '.repeat(depth)}{ name }${' }'.repeat(depth)} }`
    expect(at50(ofType(399))).toEqual([])
    expect(at50(ofType(400))).toEqual(refused)
  })

  it.each([
    ['alias', (n: number) => `{ ${Array.from({ length: n }, (_, at) => `a${at}: b`).join(' ')} }`],
    ['nested', (n: number) => nested(n)],
    ['type', (n: number) => `{ __type(name: "Query") ${'{ ofType '.repeat(n)}{ name }${' }'.repeat(n)} }`],
  ])('refuse as large a document of one %s as tokens allow, at the first look', (_name, document) => {
    expect(refusals(document(600), { maxResponseKeys: 50 })).toEqual([expect.stringContaining('LIMIT_EXCEEDED')])
  })

  it('bound its directives and tokens', () => {
    const many = (count: number, text: () => string) => `{ ${Array.from({ length: count }, text).join(' ')} }`
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
