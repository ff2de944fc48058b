import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createPolicy } from '../../../../src/relay/access/rules/policy.ts'
import type { Rule } from '../../../../src/relay/access/rules/rule.ts'
import { parseRules, rulesSchema } from '../../../../src/relay/access/rules/rules-schema.ts'

const tokenSecret = 'x'.repeat(32)
const all: Rule = { namespaces: ['*'] }

describe('rules', () => {
  it('are taken as they are written', () => {
    const rule: Rule = {
      name: 'tenants',
      roles: ['user'],
      claims: { plan: ['pro', 'team'], beta: true },
      namespaces: ['shop.*'],
      operationTypes: ['insert'],
      where: { tenant: '$claims.tenant' },
      fields: { remove: ['cost', 'items.margin'] },
    }
    expect(parseRules([rule])).toEqual([rule])
  })

  it.each<[rule: object, message: string]>([
    [{}, 'rules[0].namespaces: '],
    [{ ...all, role: ['x'] }, 'rules[0]: Unrecognized key: "role"'],
    [{ namespaces: [] }, 'rules[0].namespaces: '],
    [{ namespaces: ['shop'] }, 'rules[0].namespaces[0]: "shop" is no pattern such as "db.coll", "db.*" or "*"'],
    [{ ...all, roles: [] }, 'rules[0].roles: '],
    [{ ...all, claims: { a: {} } }, 'rules[0].claims.a: '],
    [{ ...all, claims: { a: null } }, 'rules[0].claims.a: '],
    [{ ...all, operationTypes: ['$x'] }, 'rules[0].operationTypes[0]: '],
    [{ ...all, where: { $where: 'x' } }, 'rules[0].where: `where` does not take the operator $where'],
    [{ ...all, where: {} }, 'rules[0].where: It is empty'],
    [{ ...all, fields: {} }, 'rules[0].fields: '],
    [{ ...all, fields: { remove: ['a'], allow: ['b'] } }, 'rules[0].fields: '],
    [{ ...all, fields: { allow: [] } }, 'rules[0].fields'],
    [{ ...all, fields: { remove: ['a.0.b'] } }, 'leave out array positions'],
    [{ ...all, fields: { remove: ['a..b'] } }, 'empty component'],
    [{ ...all, fields: { remove: ['$a'] } }, 'starts with $'],
  ])('are refused with the path of the key: %j', (rule, message) => {
    expect(() => parseRules([rule])).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    )
  })

  it('must be at least one where the key is there, so that nobody takes none for a lock', () => {
    expect(() => parseRules([])).toThrow('rules: ')
  })

  it.each<[rules: Rule[], isNeeded: boolean]>([
    [[all], false],
    [[{ ...all, roles: ['admin'] }], false],
    [[{ namespaces: ['shop.*'] }], true],
    [[{ ...all, where: { a: 1 } }], true],
    [[{ ...all, fields: { remove: ['a'] } }], true],
    [[{ ...all, operationTypes: ['insert'] }], true],
  ])('need a secret as soon as they restrict anybody: %j', (rules, isNeeded) => {
    const make = () => createPolicy({ rules: parseRules(rules), tokenSecret: undefined })
    if (isNeeded) expect(make).toThrow('Rules that restrict callers need a `tokenSecret`')
    else expect(make).not.toThrow()
    expect(() => createPolicy({ rules, tokenSecret })).not.toThrow()
  })

  it('can be published as a JSON schema that describes every key and takes no other', () => {
    const undescribed: string[] = []
    let objects = 0
    const look = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return
      if ('properties' in schema) {
        objects++
        expect(schema).toMatchObject({ additionalProperties: false })
        for (const [key, value] of Object.entries(schema.properties as object)) {
          if (typeof value.description !== 'string') undescribed.push(key)
        }
      }
      Object.values(schema).forEach(look)
    }
    look(z.toJSONSchema(rulesSchema, { io: 'input', unrepresentable: 'any' }))
    expect(undescribed).toEqual([])
    // a rule, and two kinds of fields
    expect(objects).toBe(3)
  })
})
