import { describe, expect, it } from 'vitest'
import { createOriginPolicy } from '../../src/transport/origin-policy.ts'

const local = createOriginPolicy({ host: '127.0.0.1', allowedOrigins: ['https://app.example.com'] })
const open = createOriginPolicy({ host: '0.0.0.0', allowedOrigins: [] })

describe('isHostAllowed', () => {
  it.each(['localhost:8888', '127.0.0.1', '[::1]:8888', 'a.localhost', 'app.example.com'])(
    'takes %s on a loopback address',
    (host) => {
      expect(local.isHostAllowed({ host })).toBe(true)
    },
  )

  it.each([undefined, '', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'a b'])(
    'refuses %s on a loopback address',
    (host) => {
      expect(local.isHostAllowed(host === undefined ? {} : { host })).toBe(false)
    },
  )

  it('takes any host on an address that is open to others', () => {
    expect(open.isHostAllowed({ host: 'relay.example:8888' })).toBe(true)
  })
})

describe('an origin that is listed', () => {
  it.each([
    'localhost:3000',
    'app.example.com',
    'null',
    '*',
    'file:///x',
    'https://a.example/path',
    'https://u@a.example',
    '',
  ])('is not %j', (origin) => {
    expect(() => createOriginPolicy({ host: '127.0.0.1', allowedOrigins: [origin] })).toThrow('Not an origin such as')
  })

  it('may end with a slash, and name its default port', () => {
    const policy = createOriginPolicy({ host: '127.0.0.1', allowedOrigins: ['https://a.example:443/'] })
    expect(policy.isListed('https://a.example')).toBe(true)
    expect(policy.isListed('null')).toBe(false)
  })
})

describe('isOriginAllowed', () => {
  it.each([
    [undefined, 'localhost:8888'],
    ['http://localhost:8888', 'localhost:8888'],
    ['http://relay.example', 'relay.example:80'],
    ['https://relay.example', 'relay.example'],
    ['https://app.example.com', 'localhost:8888'],
  ])('takes the origin %s for the host %s', (origin, host) => {
    expect(local.isOriginAllowed(origin === undefined ? { host } : { origin, host })).toBe(true)
  })

  it.each([
    ['http://evil.example', 'localhost:8888'],
    ['http://localhost:3000', 'localhost:8888'],
    ['http://app.example.com', 'localhost:8888'],
    ['null', 'localhost:8888'],
    ['', 'localhost:8888'],
  ])('refuses the origin %s for the host %s', (origin, host) => {
    expect(local.isOriginAllowed({ origin, host })).toBe(false)
  })
})
