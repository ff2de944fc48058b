import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasMoreBytes } from '../../src/util/text-bytes.ts'

describe('hasMoreBytes', () => {
  it.each(['a', 'é', '€', '😀'])('knows the very byte at which a text of %s is too long', (character) => {
    for (const count of [0, 1, 2, 3, 100]) {
      const text = character.repeat(count)
      const bytes = Buffer.byteLength(text)
      expect([bytes - 1, bytes, bytes + 1].map((limit) => hasMoreBytes(text, limit))).toEqual([true, false, false])
    }
  })

  it('counts as an encoder does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(64), (text, limit) => {
        expect(hasMoreBytes(text, limit)).toBe(Buffer.from(text).length > limit)
      }),
    )
  })
})
