import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createUpstreamPlaces } from '../../../../src/relay/feed/upstreams/upstream-places.ts'

describe('createUpstreamPlaces', () => {
  it('gives one owner no more than its share, and the rest to others', () => {
    const places = createUpstreamPlaces({ max: 5, maxPerOwner: 2 })
    const tried = ['n1', 'n2', 'n3', 'n4', 'n5'].map((key) => places.use(key, 'crowd'))
    expect(tried).toEqual([{ closed: undefined }, { closed: undefined }, 'share', 'share', 'share'])
    expect(places.use('mine', 'honest')).toEqual({ closed: undefined })
  })

  it('charges an upstream to all who use it, and stays open for the others when its opener leaves', () => {
    const places = createUpstreamPlaces({ max: 5, maxPerOwner: 1 })
    places.use('shared', 'opener')
    places.use('shared', 'second')
    expect(places.use('other', 'second')).toBe('share')
    expect(places.leave('shared', 'opener')).toBe(false)
    expect([places.charged('opener'), places.charged('second')]).toEqual([0, 1])
    expect(places.leave('shared', 'second')).toBe(true)
  })

  it('makes room in a share by the owner’s own that linger, and closes none of another’s for that', () => {
    const places = createUpstreamPlaces({ max: 3, maxPerOwner: 2 })
    places.use('theirs', 'other')
    places.leave('theirs', 'other')
    for (const key of ['n1', 'n2']) {
      places.use(key, 'cycling')
      places.leave(key, 'cycling')
    }
    expect(places.use('n3', 'cycling')).toEqual({ closed: 'n1' })
    places.leave('n3', 'cycling')
    expect(places.use('n4', 'cycling')).toEqual({ closed: 'n2' })
    expect(places.use('theirs', 'other')).toEqual({ closed: undefined })
  })

  it('never charges a pinned one, and never closes it', () => {
    const places = createUpstreamPlaces({ max: 1, maxPerOwner: 1 })
    places.pin('default')
    expect(places.use('default', 'a')).toEqual({ closed: undefined })
    expect(places.charged('a')).toBe(0)
    expect(places.leave('default', 'a')).toBe(false)
    expect(places.use('n1', 'a')).toBe('full')
  })

  it('keeps every limit, charges what is used and what lingers, and forgets all, whoever comes and goes', () => {
    const step = fc.record({
      kind: fc.constantFrom('use', 'use', 'leave', 'close'),
      key: fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5', 'k6'),
      owner: fc.constantFrom('a', 'b', 'c'),
    })
    const limits = fc.record({ max: fc.integer({ min: 1, max: 5 }), maxPerOwner: fc.integer({ min: 1, max: 3 }) })
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 80 }), (limit, steps) => {
        const places = createUpstreamPlaces(limit)
        const model = new Map<string, { uses: string[]; lingerer?: string }>()
        const chargedIn = (owner: string) =>
          [...model.values()].filter(({ uses, lingerer }) => uses.includes(owner) || lingerer === owner).length
        for (const { kind, key, owner } of steps) {
          const known = model.get(key)
          if (kind === 'close') {
            places.close(key)
            model.delete(key)
          } else if (kind === 'leave') {
            const at = known?.uses.indexOf(owner) ?? -1
            if (known && at >= 0) known.uses.splice(at, 1)
            const isLast = at >= 0 && known?.uses.length === 0
            if (isLast) known.lingerer = owner
            expect(places.leave(key, owner)).toBe(isLast)
          } else {
            const before = chargedIn(owner)
            const isCharged = known && (known.uses.includes(owner) || known.lingerer === owner)
            const lingering = [...model].filter(([, { lingerer }]) => lingerer !== undefined)
            const result = places.use(key, owner)
            if (result === 'share') {
              expect([isCharged ?? false, before]).toEqual([false, limit.maxPerOwner])
              expect(lingering.filter(([, { lingerer }]) => lingerer === owner)).toEqual([])
            } else if (result === 'full') {
              expect([known, model.size, lingering]).toEqual([undefined, limit.max, []])
            } else {
              const { closed } = result
              if (closed !== undefined) {
                expect(lingering.map(([name]) => name)).toContain(closed)
                expect(closed).not.toBe(key)
                model.delete(closed)
              }
              const entry = known ?? { uses: [] }
              delete entry.lingerer
              entry.uses.push(owner)
              model.set(key, entry)
            }
          }
          expect(places.size).toBe(model.size)
          expect(places.size).toBeLessThanOrEqual(limit.max)
          for (const one of ['a', 'b', 'c']) {
            expect(places.charged(one)).toBe(chargedIn(one))
            expect(places.charged(one)).toBeLessThanOrEqual(limit.maxPerOwner)
          }
        }
        for (const [key, { uses }] of model) for (const owner of uses) places.leave(key, owner)
        for (const key of model.keys()) places.close(key)
        expect([places.size, ...['a', 'b', 'c'].map((owner) => places.charged(owner))]).toEqual([0, 0, 0, 0])
      }),
      { numRuns: 1_000 },
    )
  })
})
