import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createConnectionPlaces } from '../../../../src/relay/transport/limits/connection-places.ts'

function open(maxConnections: number, maxConnectionsPerAddress?: number) {
  const noteLimit = vi.fn()
  const places = createConnectionPlaces({ maxConnections, maxConnectionsPerAddress }, noteLimit)
  const enter = (address: string, how: 'admit' | 'admitFor' = 'admit') => {
    let release = () => {}
    const refusal = places[how](address, (given) => (release = given))
    return { status: refusal?.status, release: () => release() }
  }
  return { places, noteLimit, enter }
}

describe('places for connections', () => {
  it('are so many in all, and for each address', () => {
    const { places, enter, noteLimit } = open(3, 2)
    const [first] = [enter('192.0.2.1'), enter('192.0.2.1')]
    expect([enter('192.0.2.1').status, places.refusal('192.0.2.1')?.status]).toEqual([429, 429])
    expect([places.refusal('192.0.2.2'), enter('192.0.2.2').status]).toEqual([undefined, undefined])
    expect([enter('192.0.2.3').status, places.refusal('192.0.2.3')?.status]).toEqual([503, 503])
    first?.release()
    first?.release()
    expect(enter('192.0.2.1').status).toBeUndefined()
    expect(enter('192.0.2.1').status).toBe(503)
    expect(noteLimit).toHaveBeenCalledWith(expect.stringContaining('`maxConnectionsPerAddress`'))
    expect(noteLimit).toHaveBeenCalledWith(expect.stringContaining('`maxConnections`'))
  })

  it('count a network of IPv6, and what comes by a proxy, by the address of the client', () => {
    const { enter } = open(10, 1)
    enter('2001:db8::1')
    expect(enter('2001:db8::2').status).toBe(429)
    enter('192.0.2.1', 'admitFor')
    expect(enter('192.0.2.1', 'admitFor').status).toBe(429)
  })

  it('of this machine, and of who is not known, are limited in all alone, unless that is set', () => {
    const lenient = open(2_000)
    for (const address of ['127.0.0.1', '::1', '']) {
      expect(Array.from({ length: 600 }, () => lenient.enter(address).status).every((one) => one === undefined)).toBe(
        true,
      )
    }
    const strict = open(10, 1)
    for (const address of ['127.0.0.1', '::1']) {
      expect([strict.enter(address).status, strict.enter(address).status]).toEqual([undefined, 429])
    }
    expect([strict.enter('').status, strict.enter('').status]).toEqual([undefined, undefined])
  })

  it('never have more than they may, nor fewer once all have left', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('192.0.2.1', '192.0.2.2', '::1', ''), fc.boolean()))
    fc.assert(
      fc.property(steps, (all) => {
        const { enter } = open(3, 2)
        const held: { address: string; release: () => void }[] = []
        for (const [address, comes] of all) {
          const own = held.filter((one) => one.address === address && address !== '').length
          if (comes) {
            const { status, release } = enter(address)
            expect(status).toBe(held.length >= 3 ? 503 : own >= 2 ? 429 : undefined)
            if (status === undefined) held.push({ address, release })
          } else held.splice(held.findIndex((one) => one.address === address) >>> 0, 1)[0]?.release()
        }
        for (const { release } of held) release()
        expect([1, 2, 3].map((_) => enter('').status)).toEqual([undefined, undefined, undefined])
      }),
    )
  })
})
