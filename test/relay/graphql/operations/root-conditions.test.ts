import { buildSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createOperationLimits } from '../../../../src/relay/graphql/limits/operation-limits.ts'
import { createOperations } from '../../../../src/relay/graphql/operations/operations.ts'
import { DEFAULTS } from '../../../../src/relay/options/values.ts'

const schema = buildSchema('type Query { a: Int } type Subscription { b: B } type B { c: Int }')
const operations = createOperations(schema, createOperationLimits(DEFAULTS))
const messages = (query: string) => operations.get(query).errors.map(({ message }) => message)

describe('conditions of a subscription’s own field', () => {
  it.each([
    'subscription { b @skip(if: true) { c } }',
    'subscription ($on: Boolean!) { b @include(if: $on) { c } }',
    'subscription { ... @skip(if: false) { b { c } } }',
    'subscription { ...F } fragment F on Subscription { b @skip(if: true) { c } }',
    'subscription { ...F @skip(if: true) } fragment F on Subscription { b { c } }',
  ])('are refused: %s', (query) => {
    expect(messages(query)).toEqual([expect.stringMatching(/^The field of a subscription cannot be conditional/)])
  })

  it.each(['subscription { b { c @skip(if: true) } }', '{ a @skip(if: true) }'])('may be elsewhere: %s', (query) => {
    expect(messages(query)).toEqual([])
  })
})
