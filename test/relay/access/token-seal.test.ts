import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenSealer } from '../../../src/relay/access/token-seal.ts'
import { fromTokenString } from '../../../src/relay/changes/tokens/resume-token.ts'

const SECRET = 'a secret of more than thirty-two characters'
const SCOPE = { db: 'shop', coll: 'orders' }
const TOKEN = `8265A1B2C30000000${'1'}2B042C0100296E5A1004${'AB'.repeat(16)}46645F696400${'3C'.repeat(12)}0004`

const sealer = createTokenSealer(SECRET)
const refused = expect.objectContaining({
  code: 'RESUME_TOKEN_INVALID',
  message: 'Not a resume token of this subscription: continue with one that it gave',
})

describe('a seal', () => {
  it('gives back every token that it was given, and shows nothing of it', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), maxLength: 400 })
    const seal = sealer(SCOPE)
    fc.assert(
      fc.property(fc.oneof(hex, fc.string({ maxLength: 300 })), (token) => {
        fc.pre(!token.startsWith('sealed.'))
        const sealed = seal.seal(token)
        expect(seal.open(sealed)).toBe(token)
        expect(sealed).toMatch(/^sealed\.[A-Za-z0-9_-]+$/)
        if (token.length > 8) expect(sealed).not.toContain(token)
      }),
    )
  })

  it('is the same for the same token, whoever makes it, and leaves a sealed one as it is', () => {
    const sealed = sealer(SCOPE).seal(TOKEN)
    expect(createTokenSealer(SECRET)(SCOPE).seal(TOKEN)).toBe(sealed)
    expect(sealer(SCOPE).seal(sealed)).toBe(sealed)
    expect(sealer({ db: 'shop' }).seal(TOKEN)).not.toBe(sealed)
  })

  it('says of the length of a token what step of 64 bytes it is in, and no more', () => {
    const seal = sealer(SCOPE)
    const lengths = Array.from({ length: 62 }, (_, bytes) => seal.seal('82'.repeat(bytes + 1)).length)
    expect(new Set(lengths).size).toBe(1)
  })

  it('is never taken for a token of a server', () => {
    expect(() => fromTokenString(sealer(SCOPE).seal(TOKEN))).toThrow(
      expect.objectContaining({ code: 'RESUME_TOKEN_INVALID' }),
    )
  })

  it.each([
    ['of another scope', sealer({ db: 'shop' }).seal(TOKEN)],
    ['of the deployment', sealer({}).seal(TOKEN)],
    ['of another secret', createTokenSealer(`${SECRET}!`)(SCOPE).seal(TOKEN)],
    ['of a server', TOKEN],
    ['that is empty', ''],
    ['that is nothing but the prefix', 'sealed.'],
    ['that is cut off', sealer(SCOPE).seal(TOKEN).slice(0, -1)],
    ['that is longer', `${sealer(SCOPE).seal(TOKEN)}AAAA`],
    ['with other characters', `${sealer(SCOPE).seal(TOKEN)}=`],
  ])('opens none %s', (_what, token) => {
    expect(() => sealer(SCOPE).open(token)).toThrow(refused)
  })

  it('opens none that was changed in any place', () => {
    const seal = sealer(SCOPE)
    const bytes = Buffer.from(seal.seal(TOKEN).slice('sealed.'.length), 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => seal.open(`sealed.${changed.toString('base64url')}`)).toThrow(refused)
    }
  })
})
