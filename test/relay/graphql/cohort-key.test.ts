import { parse, print } from 'graphql'
import { describe, expect, it } from 'vitest'
import { cohortKey, fromCohortKey } from '../../../src/relay/graphql/cohort-key.ts'

const QUERY = `subscription A($where: EJSON, $after: ResumeToken!, $n: Int) {
  changes(where: $where, startAfter: $after) { json }
}`

describe('the key of a cohort', () => {
  const keyOf = (query: string, variables = {}, grant = '') => cohortKey(parse(query), 'A', variables, grant)

  it('says nothing of positions, of variables that are not declared, and of how the text is laid out', () => {
    const key = keyOf(QUERY, { where: { a: 1 }, after: '82' })
    expect(keyOf(QUERY, { where: { a: 1 }, after: '83' })).toBe(key)
    expect(keyOf(QUERY, { where: { a: 1 }, after: '82', more: 'x'.repeat(1_000) })).toBe(key)
    expect(keyOf(QUERY.replaceAll('\n', '  '), { where: { a: 1 }, after: '82' })).toBe(key)
    expect(keyOf(QUERY, { where: { a: 2 }, after: '82' })).not.toBe(key)
    expect(keyOf(QUERY, { where: { a: 1 }, after: '82' }, 'another')).not.toBe(key)
  })

  it('gives the operation back, without what is about positions', () => {
    const { document, operationName, variableValues } = fromCohortKey(keyOf(QUERY, { where: { a: [1] }, after: '82' }))
    expect(operationName).toBe('A')
    expect(variableValues).toEqual({ where: { a: [1] } })
    const without = 'subscription A($where: EJSON, $n: Int) { changes(where: $where) { json } }'
    expect(print(document)).toBe(print(parse(without)))
  })

  it('is hardly longer than what was sent, however deep that nests', () => {
    const nested = `subscription A { changes { ${'... { '.repeat(400)} json ${'}'.repeat(400)} } }`
    expect(keyOf(nested).length).toBeLessThan(nested.length)
  })
})
