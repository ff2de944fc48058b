import { describe, expect, it } from 'vitest'
import { isInternalScope, parseNamespace, scopeKey, toScope } from '../../../src/relay/changes/scope.ts'

describe('toScope', () => {
  it('takes a collection, a database, or neither', () => {
    expect(toScope('db', 'coll')).toEqual({ db: 'db', coll: 'coll' })
    expect(toScope('db', null)).toEqual({ db: 'db' })
    expect(toScope(undefined, undefined)).toEqual({})
  })

  it.each([
    [undefined, 'coll', 'needs `db`'],
    ['', undefined, 'empty'],
    ['a.b', undefined, 'does not allow'],
    ['a$b', undefined, 'does not allow'],
    ['a\0', undefined, 'does not allow'],
    ['ä'.repeat(32), undefined, 'longer than 63 bytes'],
    ['db', '', 'empty'],
    ['db', '$cmd', 'not one that MongoDB allows'],
    ['db', '.a', 'not one that MongoDB allows'],
    ['db', 'a\0b', 'not one that MongoDB allows'],
    ['db', 'c'.repeat(253), 'longer than 255 bytes'],
  ])('refuses db %j with coll %j', (db, coll, message) => {
    expect(() => toScope(db, coll)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    )
  })
})

describe('what is internal to MongoDB', () => {
  it('cannot be watched', () => {
    expect(() => toScope('db', 'system.views')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
    const internal = [
      { db: 'admin' },
      { db: 'local', coll: 'oplog.rs' },
      { db: 'config' },
      { db: 'a', coll: 'system.js' },
    ]
    expect(internal.map(isInternalScope)).toEqual([true, true, true, true])
    const ordinary = [
      {},
      { db: 'a' },
      { db: 'administration' },
      { db: 'a', coll: 'admin' },
      { db: 'a', coll: 'systems.x' },
    ]
    expect(ordinary.map(isInternalScope)).toEqual([false, false, false, false, false])
  })
})

describe('parseNamespace', () => {
  it('separates at the first dot', () => {
    expect(parseNamespace('db.a.b')).toEqual({ db: 'db', coll: 'a.b' })
    expect(parseNamespace('db')).toEqual({ db: 'db' })
  })
})

describe('scopeKey', () => {
  it('is different for different scopes', () => {
    const scopes = [{}, { db: 'a' }, { db: 'a', coll: 'b' }, { db: 'a', coll: 'b.c' }]
    expect(new Set(scopes.map(scopeKey)).size).toBe(scopes.length)
  })
})
