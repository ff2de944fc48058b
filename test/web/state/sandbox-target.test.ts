import { describe, expect, it } from 'vitest'
import { toSandboxTarget } from '../../../web/state/sandbox-target.ts'

const byDefault = { db: 'test', coll: 'things' }

describe('the collection that the page writes to', () => {
  it('is the watched one', () => {
    expect(toSandboxTarget({ db: 'shop', coll: 'orders' }, byDefault)).toEqual({ db: 'shop', coll: 'orders' })
  })

  it('is the default one where the view contains it', () => {
    expect(toSandboxTarget({ db: 'test', coll: null }, byDefault)).toEqual(byDefault)
    expect(toSandboxTarget({ db: null, coll: null }, byDefault)).toEqual(byDefault)
  })

  it('is none where a write would not show up or nothing can be watched', () => {
    expect(toSandboxTarget({ db: 'shop', coll: null }, byDefault)).toBeNull()
    expect(toSandboxTarget({ db: null, coll: 'things' }, byDefault)).toBeNull()
    expect(toSandboxTarget({ db: null, coll: null }, { db: 'test', coll: null })).toBeNull()
  })
})
