import { buildSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createOperationLimits } from '../../../../src/relay/graphql/limits/operation-limits.ts'
import { createOperations } from '../../../../src/relay/graphql/operations/operations.ts'
import { DEFAULTS } from '../../../../src/relay/options/values.ts'

const schema = buildSchema('type Query { a: Query, b: Int }')
const operations = (maxBytes?: number) => createOperations(schema, createOperationLimits(DEFAULTS), maxBytes)

describe('documents', () => {
  it('are parsed and validated once', () => {
    const documents = operations()
    expect(documents.get('{ b }')).toBe(documents.get('{ b }'))
    expect(documents.get('{ b }').errors).toEqual([])
  })

  it('are forgotten by what they take, those that were not used for longest first', () => {
    const documents = operations(6_000)
    const [a, b] = [documents.get('{ a { b } }'), documents.get('{ b }')]
    expect(documents.get('{ a { b } }')).not.toBe(a)
    expect(documents.get('{ b }')).not.toBe(b)
    const roomy = operations(60_000)
    const kept = roomy.get('{ b }')
    for (let n = 0; n < 40; n++) {
      roomy.get(`query Q${n} { b }`)
      expect(roomy.get('{ b }')).toBe(kept)
    }
    expect(roomy.get('query Q39 { b }')).toBe(roomy.get('query Q39 { b }'))
    const first = roomy.get('query Q0 { b }')
    for (let n = 0; n < 40; n++) roomy.get(`query R${n} { b }`)
    expect(roomy.get('query Q0 { b }')).not.toBe(first)
  })

  it('are not remembered when they are not valid', () => {
    const documents = operations()
    expect(documents.get('{ c }')).not.toBe(documents.get('{ c }'))
  })

  it('keep no tokens, and yet tell places in errors', () => {
    const { document } = operations().get('{ b }')
    expect(document.loc?.startToken).toBeUndefined()
    expect(document.loc?.source.body).toBe('{ b }')
    expect(operations().get('{\n  c\n}').errors[0]?.locations).toEqual([{ line: 2, column: 3 }])
  })
})
