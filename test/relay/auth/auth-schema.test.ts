import { createHash, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type AuthOptions, authSchema } from '../../../src/relay/auth/auth-schema.ts'
import { createAuthenticator } from '../../../src/relay/auth/authenticator.ts'
import { createSigningKey, SECRET } from './issuer.ts'

const ANY = { issuer: null, audience: null }
const PRIVATE = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
const SHORT = String(
  generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ type: 'spki', format: 'pem' }),
)
const X25519 = String(generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }))
const TOKEN = 'a-token-of-a-machine'

describe('the authentication options', () => {
  it.each<[string, unknown, RegExp]>([
    ['an unknown key', { jwt: { ...ANY, secret: SECRET }, cookies: 'a' }, /cookies/],
    ['an unknown key within', { jwt: { ...ANY, secret: SECRET, leeway: 1 } }, /`jwt`.*leeway/],
    ['no issuer', { jwt: { secret: SECRET, audience: null } }, /`jwt.issuer`/],
    ['no audience', { jwt: { secret: SECRET, issuer: null } }, /`jwt.audience`/],
    ['no key', { jwt: ANY }, /`jwt`: needs exactly one of/],
    ['two keys', { jwt: { ...ANY, secret: SECRET, jwksUrl: 'https://a.example' } }, /`jwt`: needs exactly one of/],
    ['a short secret', { jwt: { ...ANY, secret: SECRET.slice(1) } }, /`jwt.secret`: must have 32 bytes/],
    ['the algorithm none', { jwt: { ...ANY, secret: SECRET, algorithms: ['none'] } }, /`jwt.algorithms.0`/],
    [
      'a public key’s algorithm for a secret',
      { jwt: { ...ANY, secret: SECRET, algorithms: ['HS256', 'RS256'] } },
      /`jwt.algorithms`/,
    ],
    [
      'a secret’s algorithm for a key set',
      { jwt: { ...ANY, jwksUrl: 'https://a.example', algorithms: ['HS256'] } },
      /`jwt.algorithms`/,
    ],
    [
      'a key set by http:',
      { jwt: { ...ANY, jwksUrl: 'http://a.example/keys' } },
      /`jwt.jwksUrl`: must be an https: URL/,
    ],
    ['a key set from a file', { jwt: { ...ANY, jwksUrl: 'file:///keys' } }, /`jwt.jwksUrl`/],
    ['a key set with a password', { jwt: { ...ANY, jwksUrl: 'https://me:hidden@a.example' } }, /without credentials/],
    ['what is no key', { jwt: { ...ANY, publicKey: 'hidden' } }, /`auth.jwt.publicKey` is no public key/],
    [
      'what is no JSON Web Key',
      { jwt: { ...ANY, publicKey: { kty: 'RSA' } } },
      /`auth.jwt.publicKey` is no public key/,
    ],
    ['a private key', { jwt: { ...ANY, publicKey: PRIVATE } }, /holds a private key/],
    ['a short RSA key', { jwt: { ...ANY, publicKey: SHORT } }, /1024 bits/],
    ['a key that cannot sign', { jwt: { ...ANY, publicKey: X25519 } }, /kind that is not supported/],
    ['a short token', { tokens: [{ token: 'hidden', subject: 'a' }] }, /`tokens.0.token`: must have 16 characters/],
    ['a digest that is none', { tokens: [{ sha256: 'hidden', subject: 'a' }] }, /`tokens.0.sha256`/],
    ['neither token nor digest', { tokens: [{ subject: 'a' }] }, /`tokens.0`: needs `token` or `sha256`/],
    ['no subject', { tokens: [{ token: TOKEN }] }, /`tokens.0.subject`/],
    [
      'the same token twice',
      {
        tokens: [
          { token: TOKEN, subject: 'a' },
          { sha256: createHash('sha256').update(TOKEN).digest('hex'), subject: 'b' },
        ],
      },
      /`tokens.1`: is there twice/,
    ],
    ['nobody at all', { allowAnonymous: false }, /lets no one in/],
    ['a cookie that cannot be', { cookie: 'a=b' }, /`cookie`/],
  ])('refuse %s, and repeat no value', (_name, options, message) => {
    // as a configuration file may hold anything
    const create = () => createAuthenticator(options as AuthOptions)
    expect(create).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) }))
    expect(create).not.toThrow(/hidden|a-secret|a-token|BEGIN/)
  })

  it('refuse an algorithm that does not fit the public key', async () => {
    const { pem } = await createSigningKey('k', 'ES256')
    const jwt = { ...ANY, publicKey: pem, algorithms: ['RS256' as const] }
    expect(() => createAuthenticator({ jwt })).toThrow('RS256 does not fit the public key')
  })

  it('have a JSON schema in which every key is described', () => {
    const schema = z.toJSONSchema(authSchema, { io: 'input' })
    const undescribed = keysWithout(schema, 'description')
    expect(undescribed).toEqual([])
    expect(Object.keys(schema.properties ?? {})).toContain('jwt')
    expect(schema.additionalProperties).toBe(false)
  })
})

/** Names of properties that lack a keyword, at any depth. */
function keysWithout(schema: unknown, keyword: string): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {} } = schema as { properties?: Record<string, object> }
  const own = Object.entries(properties).flatMap(([name, value]) => (keyword in value ? [] : [name]))
  return [...own, ...Object.values(schema).flatMap((value) => keysWithout(value, keyword))]
}
