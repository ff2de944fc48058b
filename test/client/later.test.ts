import { describe, expect, it } from 'vitest'
import { later } from '../../src/client/later.ts'

describe('the later one of two positions', () => {
  it.each([
    [undefined, undefined, undefined],
    [undefined, '82', '82'],
    ['82', undefined, '82'],
    ['82', 5, '82'],
    ['82AA', '82AB', '82AB'],
    ['82AB', '82AA', '82AB'],
    // which is later does not show
    ['sealed.A', 'sealed.B', 'sealed.A'],
    ['sealed.B', 'sealed.A', 'sealed.B'],
    ['82', 'sealed.A', '82'],
    [undefined, 'sealed.A', 'sealed.A'],
  ])('of %s and %s is %s', (own, sent, expected) => {
    expect(later(own, sent)).toBe(expected)
  })
})
