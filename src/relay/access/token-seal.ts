import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { type Scope, scopeKey } from '../changes/scope.ts'
import { RelayError } from '../../errors.ts'

/** Hides what is in the resume tokens of one scope. */
export interface TokenSeal {
  /**
   * The token as its receiver may see it: always the same for the same token. One that is sealed already stays as it
   * is.
   */
  seal(token: string): string
  /**
   * The token that {@link TokenSeal.seal} was given.
   *
   * @throws RelayError `RESUME_TOKEN_INVALID` for anything that this seal has not made
   */
  open(sealed: string): string
}

/** With a character that is neither in hex nor in base64url, so that it is never taken for a server's token. */
const PREFIX = 'sealed.'

const SIV_BYTES = 16

/** Tokens are filled up to multiples of this, so that their length says little about the document key in them. */
const PAD_BYTES = 64

const NOT_BASE64URL = /[^A-Za-z0-9_-]/
const NOT_UPPERCASE_HEX = /[^0-9A-F]/

/** How the text of a token is written. */
const AS_HEX = 0
const AS_TEXT = 1

/** Ends what was written; zeros follow. */
const END = 0x80

/** Makes seals of resume tokens; see {@link createSealer}. */
export const createTokenSealer = (secret: string) => createSealer(secret, 'resume tokens')

/**
 * Makes seals from a secret, for one purpose. Deterministic authenticated encryption with a synthetic initialisation
 * vector: the vector is an HMAC-SHA-256 of the scope and the token, and the token is encrypted with AES-256 in counter
 * mode under it. Equal tokens have equal seals, so that a cohort's bytes stay equal; nothing else shows in them than a
 * length in steps of 64 bytes.
 *
 * Cost: a few microseconds for each token; the last one is remembered, because an event's token is asked for twice.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5297 the construction, there with another MAC
 */
export function createSealer(secret: string, purpose: string): (scope: Scope) => TokenSeal {
  const macKey = derive(secret, `tailrace ${purpose}: authentication`)
  const key = derive(secret, `tailrace ${purpose}: encryption`)

  return (scope) => {
    const sivOf = (plain: Buffer) =>
      // no name holds a zero character
      createHmac('sha256', macKey)
        .update(`${scopeKey(scope)}\0`)
        .update(plain)
        .digest()
        .subarray(0, SIV_BYTES)
    let last: { readonly token: string; readonly sealed: string } | undefined

    const seal = (token: string): string => {
      const plain = toPlain(token)
      const siv = sivOf(plain)
      const cipher = createCipheriv('aes-256-ctr', key, siv)
      return PREFIX + Buffer.concat([siv, cipher.update(plain), cipher.final()]).toString('base64url')
    }

    return {
      seal(token) {
        if (token.startsWith(PREFIX)) return token
        if (last?.token !== token) last = { token, sealed: seal(token) }
        return last.sealed
      },
      open(sealed) {
        const text = sealed.slice(PREFIX.length)
        if (!sealed.startsWith(PREFIX) || NOT_BASE64URL.test(text)) throw foreign()
        const bytes = Buffer.from(text, 'base64url')
        if (bytes.length < SIV_BYTES + PAD_BYTES) throw foreign()
        const siv = bytes.subarray(0, SIV_BYTES)
        const decipher = createDecipheriv('aes-256-ctr', key, siv)
        const plain = Buffer.concat([decipher.update(bytes.subarray(SIV_BYTES)), decipher.final()])
        if (!timingSafeEqual(siv, sivOf(plain))) throw foreign()
        return fromPlain(plain)
      },
    }
  }
}

function derive(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
}

function toPlain(token: string): Buffer {
  const isHex = token.length % 2 === 0 && !NOT_UPPERCASE_HEX.test(token)
  const body = Buffer.from(token, isHex ? 'hex' : 'utf8')
  const plain = Buffer.alloc(Math.ceil((body.length + 2) / PAD_BYTES) * PAD_BYTES)
  plain[0] = isHex ? AS_HEX : AS_TEXT
  plain.set(body, 1)
  plain[body.length + 1] = END
  return plain
}

function fromPlain(plain: Buffer): string {
  const body = plain.subarray(1, plain.lastIndexOf(END))
  return plain[0] === AS_HEX ? body.toString('hex').toUpperCase() : body.toString('utf8')
}

// the same for all reasons: which one it is would help only somebody who tries
function foreign(): RelayError {
  const message = 'Not a resume token of this subscription: continue with one that it gave'
  return new RelayError('RESUME_TOKEN_INVALID', message)
}
