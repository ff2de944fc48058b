import { buildSchema, parse, validate } from 'graphql'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALL_FIELDS, DEFAULT_FIELDS } from '../../../src/client/query/change-fields.ts'
import { toChangesQuery } from '../../../src/client/query/changes-query.ts'
import { WatchError } from '../../../src/client/watch-error.ts'

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'))

describe('the subscription of the client', () => {
  it('can ask for every field of a change', () => {
    const change = schema.getType('Change')
    const names = change && 'getFields' in change ? Object.keys(change.getFields()) : []
    expect(ALL_FIELDS).toEqual(names)
  })

  it.each([
    ['all fields', ALL_FIELDS],
    ['the default ones', DEFAULT_FIELDS],
    ['none', []],
  ])('is valid with %s', (_, fields) => {
    expect(validate(schema, parse(toChangesQuery(fields)))).toEqual([])
  })

  it('takes those that are always there, too', () => {
    expect(toChangesQuery(['operationType', 'ns'])).toBe(toChangesQuery(['ns']))
  })

  it('is the same text for the same choice, whatever its order', () => {
    expect(toChangesQuery(['json', 'ns'])).toBe(toChangesQuery(['ns', 'json', 'ns']))
  })

  it.each(['nope', 'json }', 'constructor'])('refuses %j, which is no field', (name) => {
    // as from a program without types
    const fields = [name] as never[]
    expect(() => toChangesQuery(fields)).toThrow(WatchError)
  })
})
