import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createOriginPolicy } from '../../../src/relay/transport/origin-policy.ts'

const allowedOrigins = ['https://app.example.com']
const local = createOriginPolicy({ host: '127.0.0.1', allowedOrigins, takesAnonymous: true })
const named = createOriginPolicy({ host: '127.0.0.1', allowedHosts: ['Relay.example.com'], allowedOrigins: [] })
const open = createOriginPolicy({ host: '0.0.0.0', allowedOrigins, allowedHosts: ['relay.lan'], takesAnonymous: true })
const guarded = createOriginPolicy({ host: '0.0.0.0', allowedOrigins: [] })

describe('the names that a relay answers to', () => {
  it.each(['localhost:8888', '127.0.0.1', '[::1]:8888', 'a.localhost', 'app.example.com', 'app.example.com:8443'])(
    'are on a loopback address loopback names, and those that are listed: %s',
    (host) => {
      expect(local.foreignHost({ host })).toBeUndefined()
    },
  )

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', 'a b', 'relay.example.com'])(
    'are no others there: %s',
    (host) => {
      expect(local.foreignHost({ host })).toBe(host)
    },
  )

  it.each(['10.0.0.1:8888', '[fe80::1]:8888', 'localhost', 'relay.lan:8888', 'app.example.com', '2130706433'])(
    'are on an open address without authentication addresses, too: %s',
    (host) => {
      expect(open.foreignHost({ host })).toBeUndefined()
    },
  )

  it.each(['evil.example:8888', 'relay.lan.evil.example', '10.0.0.1.evil.example', 'lan'])(
    'are no others there: %s',
    (host) => {
      expect(open.foreignHost({ host })).toBe(host)
    },
  )

  it('are all where callers must have credentials on an open address', () => {
    expect(guarded.foreignHost({ host: 'relay.example:8888' })).toBeUndefined()
  })

  it('matter only where there is one', () => {
    for (const policy of [local, named, open, guarded]) expect(policy.foreignHost({})).toBeUndefined()
  })

  it('include the one that a proxy was asked by', () => {
    const forwarded = (name: string) => ({ host: 'localhost:8888', 'x-forwarded-host': name })
    expect(named.foreignHost(forwarded('relay.example.com'))).toBeUndefined()
    expect(named.foreignHost(forwarded('relay.example.com, evil.example'))).toBe('evil.example')
    expect(named.foreignHost({ host: 'evil.example', 'x-forwarded-host': 'localhost' })).toBe('evil.example')
  })
})

describe('what is listed', () => {
  it.each([
    'localhost:3000',
    'app.example.com',
    'null',
    '*',
    'file:///x',
    'https://a.example/path',
    'https://u@a.example',
    '',
  ])('is no origin: %j', (origin) => {
    expect(() => createOriginPolicy({ host: '127.0.0.1', allowedOrigins: [origin] })).toThrow('Not an origin such as')
  })

  it.each(['', '*', '*.example.com', 'https://a.example', 'a.example/', 'u@a.example', 'a b', 'a:b', 'a?', 'a#'])(
    'is no host: %j',
    (host) => {
      const create = () => createOriginPolicy({ host: '127.0.0.1', allowedOrigins: [], allowedHosts: [host] })
      expect(create).toThrow('Not a host name such as')
    },
  )

  it('may end with a slash, and name its default port', () => {
    const policy = createOriginPolicy({ host: '127.0.0.1', allowedOrigins: ['https://a.example:443/'] })
    expect(policy.isListed('https://a.example')).toBe(true)
    expect(policy.isListed('null')).toBe(false)
  })
})

describe('a page', () => {
  it.each([
    [undefined, 'localhost:8888'],
    ['http://localhost:8888', 'localhost:8888'],
    ['http://relay.example', 'relay.example:80'],
    ['https://relay.example', 'relay.example'],
    ['https://app.example.com', 'localhost:8888'],
  ])('of the origin %s may use the relay at the host %s', (origin, host) => {
    expect(local.isPageAllowed(origin === undefined ? { host } : { origin, host })).toBe(true)
  })

  it.each([
    ['http://evil.example', 'localhost:8888'],
    ['http://localhost:3000', 'localhost:8888'],
    ['http://app.example.com', 'localhost:8888'],
    ['https://relay.example.com', 'localhost:8888'],
    ['null', 'localhost:8888'],
    ['', 'localhost:8888'],
  ])('of the origin %s may not use the relay at the host %s', (origin, host) => {
    expect(local.isPageAllowed({ origin, host })).toBe(false)
  })

  it.each(['https://relay.example.com', 'http://relay.example.com'])(
    'of a name of the relay is its own, although a proxy asks for another host: %s',
    (origin) => {
      expect(named.isPageAllowed({ origin, host: '127.0.0.1:8888' })).toBe(true)
      expect(named.isPageAllowed({ origin: `${origin}:8443`, host: '127.0.0.1:8888' })).toBe(false)
    },
  )

  it('is the relay’s own where a browser says so, or where the proxy in front of it was asked by that name', () => {
    const headers = { origin: 'https://relay.example.com', host: '127.0.0.1:8888' }
    expect(local.isPageAllowed({ ...headers, 'sec-fetch-site': 'same-origin' })).toBe(true)
    expect(local.isPageAllowed({ ...headers, 'x-forwarded-host': 'relay.example.com' })).toBe(true)
  })

  it.each(['cross-site', 'same-site'])('that does not say its origin is foreign where browsers say %s', (site) => {
    expect(local.isPageAllowed({ host: 'localhost:8888', 'sec-fetch-site': site })).toBe(false)
  })

  it('of a name that is neither own nor listed is never allowed, however it is written', () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/)
    const name = fc.tuple(label, fc.constantFrom('example', 'example.com', 'localhost.evil.example', 'relay.lan.x'))
    fc.assert(
      fc.property(name, fc.constantFrom('http', 'https', 'HTTPS'), fc.nat(65_535), ([first, rest], scheme, port) => {
        const host = `${first}.${rest}`
        fc.pre(host !== 'app.example.com')
        const origin = `${scheme}://${host}:${port}`
        for (const policy of [local, open]) {
          expect(policy.foreignHost({ host: `${host}:${port}` })).toBe(`${host}:${port}`)
          expect(policy.isPageAllowed({ origin, host: '127.0.0.1:8888' })).toBe(false)
        }
      }),
    )
  })
})
