import { describe, expect, it } from 'vitest'
import { createCredentials } from '../../web/relay/credentials.ts'

function createStorage() {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }
}

describe('credentials', () => {
  it('are nobody’s at first, then those of a token, also after a reload, and then nobody’s again', () => {
    const storage = createStorage()
    const credentials = createCredentials(() => storage)
    expect([credentials.isSignedIn, credentials.headers()]).toEqual([false, {}])
    credentials.signIn('abc')
    expect([credentials.isSignedIn, credentials.headers()]).toEqual([true, { authorization: 'Bearer abc' }])
    expect(createCredentials(() => storage).headers()).toEqual({ authorization: 'Bearer abc' })
    credentials.signOut()
    expect([credentials.isSignedIn, credentials.headers(), storage.items.size]).toEqual([false, {}, 0])
  })

  it('are kept for as long as the page where the browser denies storage', () => {
    const credentials = createCredentials(() => {
      throw new DOMException('Denied', 'SecurityError')
    })
    credentials.signIn('abc')
    expect(credentials.headers()).toEqual({ authorization: 'Bearer abc' })
    credentials.signOut()
    expect(credentials.isSignedIn).toBe(false)
  })
})
