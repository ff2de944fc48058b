import { describe, expect, it } from 'vitest'
import { createPolicy, type Grant, OPEN_POLICY, type Policy } from '../../../../src/relay/access/rules/policy.ts'
import { ANONYMOUS, type Principal } from '../../../../src/relay/auth/principal/principal.ts'
import type { Rule } from '../../../../src/relay/access/rules/rule.ts'
import type { StreamOptions } from '../../../../src/relay/changes/stream-options.ts'
import type { Scope } from '../../../../src/relay/changes/scope.ts'
import { plainOf } from '../../../support/documents.ts'
import { changeOf } from '../events.ts'

const tokenSecret = 'x'.repeat(32)
const NO_IMAGES: StreamOptions = { fullDocument: 'default', fullDocumentBeforeChange: 'off', showExpandedEvents: false }
const IMAGES: StreamOptions = {
  fullDocument: 'whenAvailable',
  fullDocumentBeforeChange: 'whenAvailable',
  showExpandedEvents: false,
}
const ORDERS = { db: 'shop', coll: 'orders' }

const policyOf = (...rules: Rule[]): Policy => createPolicy({ rules, tokenSecret })
const caller = (claims: Record<string, unknown> = {}, ...roles: string[]): Principal => ({
  subject: 's',
  roles,
  claims,
})
const forbidden = expect.objectContaining({ code: 'FORBIDDEN', message: 'You may not watch this namespace' })

function see(grant: Grant, type: string, fields: Record<string, unknown>, images = NO_IMAGES) {
  const { restriction } = grant
  if (!restriction) throw new Error('Nothing is restricted')
  const seen = restriction.viewFor(images)(changeOf(type, fields))
  return seen && plainOf(seen.event.decode())
}

describe('without rules', () => {
  it('everything is visible to everybody, but what is internal to MongoDB', () => {
    expect(OPEN_POLICY.isOpen).toBe(true)
    for (const scope of [{}, { db: 'shop' }, ORDERS])
      expect(OPEN_POLICY.grantFor(ANONYMOUS, scope)).toEqual({ key: '' })
    const internal: Scope[] = [{ db: 'admin' }, { db: 'local', coll: 'oplog.rs' }, { db: 'a', coll: 'system.views' }]
    for (const scope of internal) {
      expect(() => OPEN_POLICY.grantFor(ANONYMOUS, scope)).toThrow(forbidden)
      expect(OPEN_POLICY.canSee(ANONYMOUS, scope)).toBe(false)
    }
  })
})

describe('a rule', () => {
  it('applies to callers with any of its roles and all of its claims', () => {
    const policy = policyOf({ roles: ['a', 'b'], claims: { x: 1, y: [1, 2] }, namespaces: ['*'] })
    const applies = (principal: Principal) => policy.canSee(principal, ORDERS)
    expect(applies(caller({ x: 1, y: 2 }, 'b'))).toBe(true)
    expect(applies(caller({ x: 1, y: 2 }, 'c'))).toBe(false)
    expect(applies(caller({ x: 1, y: 3 }, 'a'))).toBe(false)
    expect(applies(caller({ y: 1 }, 'a'))).toBe(false)
    expect(applies(ANONYMOUS)).toBe(false)
  })

  it('decides when it is the first that fits a namespace, also when it then lets nothing be seen', () => {
    const policy = policyOf(
      { roles: ['admin'], namespaces: ['*'] },
      { namespaces: ['shop.orders'], where: { tenant: '$claims.tenant' } },
      { namespaces: ['shop.*'] },
    )
    expect(policy.grantFor(caller({}, 'admin'), {})).toEqual({ key: '' })
    expect(policy.canSee(caller({ tenant: 'a' }), ORDERS)).toBe(true)
    expect(policy.canSee(caller(), ORDERS)).toBe(false)
    expect(() => policy.grantFor(caller(), ORDERS)).toThrow(forbidden)
    expect(policy.canSee(caller(), { db: 'shop', coll: 'items' })).toBe(true)
    const grant = policy.grantFor(caller(), { db: 'shop' })
    expect(see(grant, 'insert', { ns: ORDERS, fullDocument: {} })).toBeUndefined()
    expect(see(grant, 'insert', { ns: { db: 'shop', coll: 'items' }, fullDocument: {} })).toBeDefined()
  })

  it.each<[Scope, isVisible: boolean]>([
    [{}, true],
    [{ db: 'shop' }, true],
    [{ db: 'shop', coll: 'orders' }, true],
    [{ db: 'shop', coll: 'secrets' }, false],
    [{ db: 'other' }, false],
    [{ db: 'admin' }, false],
  ])('lets %j be watched, as far as it could fit something in it: %s', (scope, isVisible) => {
    const policy = policyOf({ namespaces: ['shop.orders', 'a*.x'] })
    expect(policy.canWatch(ANONYMOUS, scope)).toBe(isVisible)
    if (isVisible) expect(policy.grantFor(ANONYMOUS, scope)).toHaveProperty('restriction')
    else expect(() => policy.grantFor(ANONYMOUS, scope)).toThrow(forbidden)
  })

  it('never lets anything be seen that is internal to MongoDB', () => {
    const policy = policyOf({ namespaces: ['*'], fields: { remove: ['x'] } })
    const grant = policy.grantFor(ANONYMOUS, {})
    for (const ns of [{ db: 'config', coll: 'a' }, { db: 'a', coll: 'system.users' }, { db: 'admin' }]) {
      expect(see(grant, 'insert', { ns, fullDocument: {} })).toBeUndefined()
    }
  })
})

describe('the key of a grant', () => {
  const policy = policyOf(
    { namespaces: ['shop.users'], where: { _id: '$claims.sub' } },
    { namespaces: ['shop.orders'], where: { tenant: '$claims.tenant' } },
    { namespaces: ['shop.*'] },
  )
  const key = (claims: Record<string, unknown>, scope: Scope) => policy.grantFor(caller(claims), scope).key

  it('is equal for callers who see the same', () => {
    const items = { db: 'shop', coll: 'items' }
    expect(key({ sub: '1', tenant: 'a' }, items)).toBe(key({ sub: '2', tenant: 'b' }, items))
    expect(key({ sub: '1', tenant: 'a' }, ORDERS)).toBe(key({ sub: '2', tenant: 'a' }, ORDERS))
  })

  it('is different for callers who do not', () => {
    expect(key({ sub: '1', tenant: 'a' }, ORDERS)).not.toBe(key({ sub: '1', tenant: 'b' }, ORDERS))
    expect(key({ sub: '1', tenant: 'a' }, { db: 'shop' })).not.toBe(key({ sub: '2', tenant: 'a' }, { db: 'shop' }))
    // where a collection is renamed to, one of them may know and the other may not
    const items = { db: 'shop', coll: 'items' }
    expect(key({ sub: '1', tenant: 'a' }, items)).not.toBe(key({ sub: '1' }, items))
    // one that is renamed to this one is in its stream, and judged by its own rule
    const other = policyOf({ namespaces: ['shop.users'], operationTypes: ['insert'] }, { namespaces: ['shop.*'] })
    const same = policyOf({ namespaces: ['shop.users'] }, { namespaces: ['shop.*'] })
    expect(other.grantFor(caller(), items).key).not.toBe(same.grantFor(caller(), items).key)
  })
})

describe('what is seen', () => {
  const ns = ORDERS
  const documentKey = { _id: 1 }
  const mine = { _id: 1, t: 'a', secret: 'S' }
  const theirs = { _id: 1, t: 'b', secret: 'S' }
  const updateDescription = { updatedFields: { t: 'x' }, removedFields: [], truncatedArrays: [] }
  const rows = policyOf({ namespaces: ['shop.orders'], where: { t: 'a' } }).grantFor(ANONYMOUS, ns)

  it.each<[type: string, before: unknown, after: unknown, seenAs: string | undefined]>([
    ['insert', undefined, mine, 'insert'],
    ['insert', undefined, theirs, undefined],
    ['update', mine, mine, 'update'],
    ['update', theirs, mine, 'insert'],
    ['update', mine, theirs, 'delete'],
    ['update', theirs, theirs, undefined],
    ['update', null, mine, undefined],
    ['update', mine, null, undefined],
    ['update', null, null, undefined],
    ['replace', mine, mine, 'replace'],
    ['replace', theirs, mine, 'insert'],
    ['replace', mine, theirs, 'delete'],
    ['replace', theirs, theirs, undefined],
    ['replace', null, mine, 'replace'],
    ['replace', null, theirs, undefined],
    ['delete', mine, undefined, 'delete'],
    ['delete', theirs, undefined, undefined],
    ['delete', null, undefined, undefined],
    ['drop', undefined, undefined, 'drop'],
    ['invalidate', undefined, undefined, 'invalidate'],
    ['createIndexes', undefined, undefined, undefined],
    ['shinyNew', mine, mine, undefined],
  ])('with a row filter: %s from %j to %j', (type, before, after, seenAs) => {
    const fields = {
      ...(after === undefined ? {} : { fullDocument: after }),
      ...(type === 'invalidate' ? {} : { ns }),
      documentKey,
      ...(type === 'update' ? { updateDescription } : {}),
      ...(before === undefined ? {} : { fullDocumentBeforeChange: before }),
      unknown: 'U',
    }
    const seen = see(rows, type, fields, IMAGES)
    expect(seen?.['operationType']).toBe(seenAs)
    expect(JSON.stringify(seen) ?? '').not.toContain('"b"')
    expect(JSON.stringify(seen) ?? '').not.toContain('unknown')
    if (seenAs === 'insert') expect(seen).toMatchObject({ fullDocument: mine, documentKey })
    if (seenAs === 'delete') expect(seen).toMatchObject({ fullDocumentBeforeChange: mine, documentKey })
    expect('updateDescription' in (seen ?? {})).toBe(seenAs === 'update')
  })

  it('holds no image that was not asked for', () => {
    const images = { ns, documentKey, fullDocument: mine, fullDocumentBeforeChange: mine, updateDescription }
    const names = (asked: Partial<StreamOptions>) =>
      Object.keys(see(rows, 'update', images, { ...NO_IMAGES, ...asked }) ?? {}).filter((name) =>
        name.startsWith('full'),
      )
    expect(names({})).toEqual([])
    expect(names({ fullDocument: 'updateLookup' })).toEqual(['fullDocument'])
    expect(names({ fullDocumentBeforeChange: 'required', showExpandedEvents: false })).toEqual([
      'fullDocumentBeforeChange',
    ])
    // one that moves in is complete in any case
    const movedIn = { ...images, fullDocumentBeforeChange: theirs }
    expect(see(rows, 'update', movedIn)).toHaveProperty('fullDocument', mine)
    expect(see(rows, 'delete', { ns, documentKey, fullDocumentBeforeChange: mine })).not.toHaveProperty(
      'fullDocumentBeforeChange',
    )
  })

  it('asks the server for images where a row filter needs them, and for no others', () => {
    expect(rows.restriction?.imagesFor(NO_IMAGES)).toEqual(IMAGES)
    expect(
      rows.restriction?.imagesFor({
        fullDocument: 'updateLookup',
        fullDocumentBeforeChange: 'required',
        showExpandedEvents: false,
      }),
    ).toEqual({
      fullDocument: 'whenAvailable',
      fullDocumentBeforeChange: 'required',
      showExpandedEvents: false,
    })
    const policy = policyOf({ namespaces: ['shop.a'], where: { t: 'a' } }, { namespaces: ['shop.*'] })
    const imagesIn = (scope: Scope) => policy.grantFor(ANONYMOUS, scope).restriction?.imagesFor(NO_IMAGES)
    expect(imagesIn({ db: 'shop', coll: 'b' })).toEqual(NO_IMAGES)
    expect(imagesIn({ db: 'shop' })).toEqual(IMAGES)
  })

  it('holds a removed field in no part of an event', () => {
    const grant = policyOf({ namespaces: ['shop.orders'], fields: { remove: ['secret', 'items.secret'] } }).grantFor(
      ANONYMOUS,
      ns,
    )
    const document = { _id: 1, secret: 'S', items: [{ secret: 'S', n: 1 }] }
    const seen = see(
      grant,
      'update',
      {
        fullDocument: document,
        ns,
        documentKey: { secret: 'S', _id: 1 },
        updateDescription: {
          updatedFields: { secret: 'S', 'secret.a': 'S', 'items.0.secret': 'S', 'items.1': { secret: 'S', n: 2 } },
          removedFields: ['secret.b', 'items.0.secret', 'other'],
          truncatedArrays: [
            { field: 'secret.list', newSize: 1 },
            { field: 'items', newSize: 2 },
          ],
          disambiguatedPaths: { 'items.0.secret': ['items', '0', 'secret'], 'items.1': ['items', 1] },
          somethingNew: 'S',
        },
        fullDocumentBeforeChange: document,
        somethingNew: 'S',
      },
      IMAGES,
    )
    expect(JSON.stringify(seen)).not.toMatch(/secret|"S"/)
    expect(seen).toMatchObject({
      fullDocument: { _id: 1, items: [{ n: 1 }] },
      documentKey: { _id: 1 },
      updateDescription: {
        updatedFields: { 'items.1': { n: 2 } },
        removedFields: ['other'],
        truncatedArrays: [{ field: 'items', newSize: 2 }],
        disambiguatedPaths: { 'items.1': ['items', 1] },
      },
    })
    const hidden = { updatedFields: { secret: 1 }, removedFields: ['items.0.secret'], truncatedArrays: [] }
    expect(see(grant, 'update', { ns, documentKey, updateDescription: hidden })).toBeUndefined()
  })

  it('is an allowed field that is gone, where a scalar took the place of what it was in', () => {
    const grant = policyOf({ namespaces: ['shop.orders'], fields: { allow: ['_id', 'a.b'] } }).grantFor(ANONYMOUS, ns)
    const description = { updatedFields: { a: 'S', c: 'S' }, removedFields: ['d'], truncatedArrays: [] }
    expect(see(grant, 'update', { ns, documentKey, updateDescription: description })).toMatchObject({
      updateDescription: { updatedFields: {}, removedFields: ['a'] },
    })
  })

  it('is what the rule’s types of events are, as they are delivered', () => {
    const grant = policyOf({ namespaces: ['shop.orders'], where: { t: 'a' }, operationTypes: ['insert'] }).grantFor(
      ANONYMOUS,
      ns,
    )
    const images = { ns, documentKey, fullDocument: mine, updateDescription }
    expect(see(grant, 'update', { ...images, fullDocumentBeforeChange: mine })).toBeUndefined()
    expect(see(grant, 'update', { ...images, fullDocumentBeforeChange: theirs })?.['operationType']).toBe('insert')
    expect(see(grant, 'drop', { ns })).toBeUndefined()
  })

  it('tells no name of a namespace that is not', () => {
    const policy = policyOf({ namespaces: ['shop.orders', 'shop.old'] }, { namespaces: ['logs.*'] })
    const hidden = { db: 'shop', coll: 'hidden' }
    for (const scope of [{}, { db: 'shop' }, ORDERS]) {
      const grant = policy.grantFor(ANONYMOUS, scope)
      const visible = { ns, to: { db: 'shop', coll: 'old' }, somethingNew: 1 }
      expect(see(grant, 'rename', visible)).toMatchObject(visible)
      const moved = see(grant, 'rename', { ns, to: hidden, operationDescription: { to: hidden } })
      expect(moved).toMatchObject({ operationType: 'rename', ns })
      expect(JSON.stringify(moved)).not.toContain('hidden')
      expect(see(grant, 'rename', { ns: hidden, to: ORDERS })).toBeUndefined()
      expect(see(grant, 'insert', { ns: hidden, fullDocument: {} })).toBeUndefined()
      expect(see(grant, 'odd', { ns: 'shop.orders' })).toBeUndefined()
      expect(see(grant, 'odd', { ns: { db: 'shop', coll: 5 } })).toBeUndefined()
    }
    // as if a database were not there of which only a part may be seen
    expect(see(policy.grantFor(ANONYMOUS, { db: 'shop' }), 'dropDatabase', { ns: { db: 'shop' } })).toBeUndefined()
    expect(see(policy.grantFor(ANONYMOUS, { db: 'shop' }), 'invalidate', {})).toBeUndefined()
    expect(see(policy.grantFor(ANONYMOUS, {}), 'dropDatabase', { ns: { db: 'logs' } })).toBeDefined()
    expect(see(policy.grantFor(ANONYMOUS, { db: 'logs' }), 'invalidate', {})).toBeDefined()
    expect(see(policy.grantFor(ANONYMOUS, {}), 'invalidate', {})).toBeUndefined()
    expect(see(policy.grantFor(ANONYMOUS, ORDERS), 'invalidate', {})).toBeDefined()
  })

  it('is a new event with sealed tokens, and the original stays as it was', () => {
    const { restriction } = rows
    const change = changeOf('insert', { ns, fullDocument: mine, documentKey })
    const copy = Buffer.from(change.raw)
    const seen = restriction?.viewFor(NO_IMAGES)(change)
    expect(seen?.resumeToken).toBe(restriction?.seal.seal(change.resumeToken))
    expect(seen?.event.value('_id')).toEqual(new Map([['_data', seen?.resumeToken]]))
    expect(seen?.raw).toHaveLength(0)
    expect(change.event.bytes.equals(copy)).toBe(true)
  })
})
