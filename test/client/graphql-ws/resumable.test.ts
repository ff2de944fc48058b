import fc from 'fast-check'
import { buildSchema, parse, validate } from 'graphql'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toResumable } from '../../../src/client/graphql-ws/resumable.ts'
import { cohortKey } from '../../../src/relay/graphql/cohort-key.ts'

const schema = buildSchema(readFileSync(resolve(import.meta.dirname, '../../../schema/schema.graphql'), 'utf8'))

function requestsOf(query: string, variables?: Record<string, unknown>, operationName?: string) {
  const positions: string[] = []
  const resumable = toResumable({ query, variables, operationName })
  if (!resumable) return expect.fail('It is not resumable')
  const request = resumable.toRequest(() => positions.at(-1))
  const first = JSON.parse(JSON.stringify(request)) as typeof request
  positions.push('82')
  const next = JSON.parse(JSON.stringify(request)) as typeof request
  return { first, next, read: resumable.read }
}

const squeezed = (text: string) =>
  text
    .replaceAll(/[\s,]+/g, ' ')
    .replaceAll(/\( | \)/g, (one) => one.trim())
    .trim()

describe('a subscription of an application', () => {
  it('is asked for with what continues it, and continued after a position', () => {
    const { first, next } = requestsOf('subscription { changes(db: "a") { documentKey } }')
    const fields = '{ documentKey tailraceToken: resumeToken tailraceType: operationType } }'
    const args = 'db: "a" announceStart: true announcePositions: true'
    expect(squeezed(first.query)).toBe(`subscription { changes(${args}) ${fields}`)
    expect(squeezed(next.query)).toBe(
      `subscription ($tailraceAfter: ResumeToken) { changes(${args} startAfter: $tailraceAfter) ${fields}`,
    )
    expect([first.variables, next.variables]).toEqual([undefined, { tailraceAfter: '82' }])
  })

  it.each([
    ['subscription ($n: Int!) { changes(last: $n) { json } }', { n: 3 }],
    ['subscription ($n: Int! = 3) { changes(last: $n) { json } }', {}],
    ['subscription { changes(last: 3) { json } }', {}],
    ['subscription { changes(startAfter: "81") { json } }', {}],
    ['subscription ($after: ResumeToken!) { changes(startAfter: $after) { json } }', { after: '81' }],
    ['subscription ($t: Int) { changes(startAtOperationTime: {t: $t, i: 1}) { json } }', { t: 1 }],
  ])('that says where to start is continued elsewhere: %s', (query, variables) => {
    const { first, next } = requestsOf(query, variables)
    expect(validate(schema, parse(first.query))).toEqual([])
    expect(validate(schema, parse(next.query))).toEqual([])
    expect(first.variables).toEqual(variables)
    expect(first.query).toMatch(/last:|startA/)
    expect(squeezed(next.query)).toContain('(announceStart: true announcePositions: true startAfter: $tailraceAfter)')
  })

  it('is found by its name, within fragments, under an alias, and goes without the others', () => {
    const query = `
      query Other { ...Q }
      fragment Q on Query { relay { version } }
      subscription One { other: changes(db: "a") { ...Fields } }
      subscription Two { ...Root }
      fragment Root on Subscription { ... on Subscription { mine: changes(db: "b") { key: documentKey ...Fields } } }
      fragment Fields on Change { json operationType }`
    const { first, next, read } = requestsOf(query, {}, 'Two')
    for (const one of [first.query, next.query]) {
      expect(validate(schema, parse(one))).toEqual([])
      expect(one).not.toMatch(/Other|One|fragment Q/)
    }
    const change = { key: 1, json: {}, operationType: 'insert', tailraceType: 'insert', tailraceToken: '83' }
    const own = { key: 1, json: {}, operationType: 'insert' }
    expect(read({ mine: change })).toEqual({ token: '83', type: 'insert', data: { mine: own } })
  })

  it('is not asked for what it asks for itself', () => {
    const query = 'subscription { changes { at: resumeToken operationType } }'
    const { first, read } = requestsOf(query)
    expect(first.query).not.toContain('tailrace')
    const change = { at: '83', operationType: 'insert' }
    expect(read({ changes: change })).toEqual({ token: '83', type: 'insert', data: { changes: change } })
  })

  it.each([
    ['subscription { changes { json } }', {}, [true, true]],
    ['subscription { changes(announceStart: true) { json } }', {}, [false, true]],
    ['subscription ($a: Boolean!) { changes(announceStart: $a, announcePositions: $a) { json } }', { a: true }, []],
    ['subscription ($a: Boolean! = true) { changes(announceStart: $a) { json } }', {}, [false, true]],
    ['subscription ($a: Boolean! = true) { changes(announceStart: $a) { json } }', { a: false }, [true, true]],
    [
      'subscription ($a: Boolean!) { changes(announcePositions: $a) { json @include(if: $a) } }',
      { a: false },
      [true, true],
    ],
  ])('gets the notices that it asks for, and no others: %s %o', (query, variables, hidden) => {
    const { first, next, read } = requestsOf(query, variables)
    expect(validate(schema, parse(first.query))).toEqual([])
    expect(validate(schema, parse(next.query))).toEqual([])
    const isHidden = (type: string) => read({ changes: { tailraceType: type, tailraceToken: '8' } }).data === undefined
    expect(['started', 'position'].map(isHidden)).toEqual([hidden[0] ?? false, hidden[1] ?? false])
    expect(isHidden('interrupted')).toBe(false)
  })

  it.each([
    'query { relay { version } }',
    'mutation { insertOne(db: "a", coll: "b", document: "{}") }',
    'subscription { ticks }',
    'subscription A { changes { json } } subscription B { changes { json } }',
    'subscription {',
    '',
  ])('is left alone where it is another operation, or none: %s', (query) => {
    expect(toResumable({ query })).toBeUndefined()
  })

  it('stays valid, shares what others get, and means the same in any form', () => {
    const selection = fc.constantFrom('json', 'resumeToken', 'a: operationType', 'ns { db }', '... { jsonText }')
    const argument = fc.record({
      where: fc.constantFrom('', 'where: $where', 'where: "{}"'),
      start: fc.constantFrom('', 'last: $last', 'last: 2', 'startAfter: $after', 'startAfter: null'),
      notice: fc.constantFrom('', 'announceStart: $flag', 'announceStart: false', 'announcePositions: $flag'),
    })
    const shape = fc.record({
      argument,
      alias: fc.constantFrom('', 'c: '),
      selections: fc.uniqueArray(selection, { minLength: 1 }),
      isInFragment: fc.boolean(),
    })
    fc.assert(
      fc.property(shape, ({ argument: { where, start, notice }, alias, selections, isInFragment }) => {
        const given = [where, start, notice].filter(Boolean).join(', ')
        const types = { where: 'EJSON', last: 'Int', after: 'ResumeToken', flag: 'Boolean! = false' }
        const declared = Object.entries(types).filter(([name]) => given.includes(`$${name}`))
        const variables = declared.map(([name, type]) => `$${name}: ${type}`).join(' ')
        const root = `{ ${alias}changes${given && `(${given})`} { ${selections.join(' ')} } }`
        const body = isInFragment ? `{ ...F } fragment F on Subscription ${root}` : root
        const query = `subscription S${variables && `(${variables})`} ${body}`
        expect(validate(schema, parse(query))).toEqual([])
        const { first, next } = requestsOf(query, { where: '{}', last: 1 })
        const keys = [first, next].map((request) => {
          const document = parse(request.query)
          expect(validate(schema, document)).toEqual([])
          return cohortKey(document, 'S', request.variables, '')
        })
        expect(keys[1]).toBe(keys[0])
      }),
    )
  })
})
