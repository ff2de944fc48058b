import { describe, expect, it } from 'vitest'
import {
  countedAddress,
  createClientAddress,
  plainAddress,
} from '../../../../src/relay/transport/limits/client-address.ts'

describe('createClientAddress', () => {
  const clients = createClientAddress(['10.0.0.0/8', '192.0.2.7', '2001:db8:1::/48'])

  it.each([
    ['believes nobody but a trusted proxy', '203.0.113.5', '198.51.100.1', '203.0.113.5'],
    ['takes the word of a trusted proxy', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['takes what the last proxy added, not what a client wrote', '10.1.2.3', '1.2.3.4, 198.51.100.1', '198.51.100.1'],
    ['passes over trusted proxies', '10.1.2.3', '198.51.100.1, 192.0.2.7,10.9.9.9', '198.51.100.1'],
    ['reads IPv4 in IPv6', '::ffff:10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    ['takes IPv6', '2001:db8:1::5', '2001:db8:2::1', '2001:db8:2::1'],
    ['takes the proxy itself where it says nothing', '10.1.2.3', undefined, '10.1.2.3'],
    ['takes the proxy itself where it says nonsense', '10.1.2.3', '198.51.100.1, unknown', '10.1.2.3'],
  ])('%s', (_title, remote, forwarded, expected) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
    expect(clients.of(plainAddress(remote), headers)).toBe(expected)
  })

  it.each(['nonsense', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', ''])('refuses to trust %j', (proxy) => {
    expect(() => createClientAddress([proxy])).toThrow('neither an address nor a subnet')
  })
})

describe('countedAddress', () => {
  it.each([
    ['198.51.100.1', '198.51.100.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('counts %s by %s', (address, counted) => {
    expect(countedAddress(address)).toBe(counted)
  })
})
