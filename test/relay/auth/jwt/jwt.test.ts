import { createHmac, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AuthOptions } from '../../../../src/relay/auth/auth-schema.ts'
import { createAuthenticator } from '../../../../src/relay/auth/authenticator.ts'
import {
  CLAIMS,
  createSigningKey,
  NOW_MS,
  seconds,
  SECRET,
  secretToken,
  type SigningKey,
  type TestClaims,
} from '../issuer.ts'

const NOW = seconds(NOW_MS)
const BASIC = { secret: SECRET, issuer: 'issuer', audience: 'relay' }

function authenticate(token: string, jwt: Partial<NonNullable<AuthOptions['jwt']>> = {}, now = NOW_MS) {
  const authenticator = createAuthenticator({ jwt: { ...BASIC, ...jwt } }, { now: () => now })
  return authenticator.authenticate({ authorization: `Bearer ${token}` })
}

async function refusal(token: string, jwt: Partial<NonNullable<AuthOptions['jwt']>> = {}): Promise<string> {
  const error: unknown = await authenticate(token, jwt).then(
    () => new Error('It was taken'),
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ code: 'UNAUTHENTICATED', problem: 'invalid' })
  return error instanceof Error ? error.message : ''
}

/** A certificate that some issuer has thrown away the key of, and a token that it signed before. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBejCCAR+gAwIBAgIUJ9TgztaHfLW3loYAMfr/oPAL6P4wCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGaXNzdWVyMCAXDTI2MTEyNTIwMzUxM1oYDzIxMjYxMTAxMjAz
NTEzWjARMQ8wDQYDVQQDDAZpc3N1ZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQg/PG2syBkGPpL4uh27oI+rKlAmxmTAfz6dZv0CyfJar+/1xi2f2J2Fw52SKr1
ka2FMvzw0JlE7Ipxmlq8Z7kko1MwUTAdBgNVHQ4EFgQUMEJB2BikrOM48BUxSObr
EJh7EwswHwYDVR0jBBgwFoAUMEJB2BikrOM48BUxSObrEJh7EwswDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA7BlyhQ6CbbOM/Dxl78/6/Jiw0K81
LhKEi1G1m9PzeJMCIQCpBNRQb8HAwOiI3PKDkY98or4oemYjoL7zDWfc2ZBkaQ==
-----END CERTIFICATE-----`
const CERTIFIED = [
  'eyJhbGciOiJFUzI1NiJ9',
  'eyJzdWIiOiJhZGEiLCJpc3MiOiJpc3N1ZXIiLCJhdWQiOiJyZWxheSIsImV4cCI6MTc2NzIyNTY2MH0',
  'xpLUVauM1D_aQfJ1g-4uuqiF4A9leuBTwQpeuwVHW_KqWv21aYgKDTzqv_Bi-mXyBsIOE38frZh5v_m1gd_u8A',
].join('.')

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a JWT', () => {
  let rsa: SigningKey

  beforeAll(async () => {
    rsa = await createSigningKey('one')
  })

  it('says who the caller is, with its roles, its claims and when it expires', async () => {
    const claims = { ...CLAIMS, roles: ['reader', 'reader', 'admin'], tenant: 't1' }
    expect(await authenticate(await secretToken(claims))).toEqual({
      subject: 'ada',
      roles: ['reader', 'admin'],
      claims,
      expiresAtMs: NOW_MS + 60_000 + 5_000,
    })
  })

  it.each(['HS256', 'HS384', 'HS512'])('is taken with a secret and %s', async (alg) => {
    expect(await authenticate(await secretToken(CLAIMS, alg))).toMatchObject({ subject: 'ada' })
  })

  it.each(['RS256', 'ES256', 'EdDSA'])('is taken with a public key in PEM or as JWK and %s', async (alg) => {
    const key = await createSigningKey('k', alg)
    const token = await key.sign()
    for (const publicKey of [key.pem, { ...key.jwk }]) {
      expect(await authenticate(token, { secret: undefined, publicKey })).toMatchObject({ subject: 'ada' })
    }
  })

  it('is taken with the public key in an X.509 certificate', async () => {
    expect(await authenticate(CERTIFIED, { secret: undefined, publicKey: CERTIFICATE })).toMatchObject({
      subject: 'ada',
    })
  })

  it.each<[string, TestClaims, string]>([
    ['another issuer', { iss: 'evil' }, 'The token is from another issuer'],
    ['no issuer', { iss: undefined }, 'The token has no `iss`'],
    ['another audience', { aud: 'shop' }, 'The token is for another audience'],
    ['other audiences', { aud: ['shop', 'mail'] }, 'The token is for another audience'],
    ['no audience', { aud: undefined }, 'The token has no `aud`'],
    ['no expiry', { exp: undefined }, 'The token has no `exp`'],
    ['an expiry that is no number', { exp: '9999999999' }, 'The `exp` of the token is not valid'],
    ['an expiry before the tolerance', { exp: NOW - 5 }, 'The token has expired'],
    ['a time from when on it is good that is after the tolerance', { nbf: NOW + 6 }, 'The token is not valid yet'],
    ['no subject', { sub: undefined }, 'The claim `sub` of the token must be a string'],
    ['an empty subject', { sub: '' }, 'The claim `sub` of the token must be a string'],
    ['a subject that is no string', { sub: 5 }, 'The claim `sub` of the token must be a string'],
    [
      'roles of another shape',
      { roles: { admin: true } },
      'The claim `roles` of the token must be a string or an array of strings',
    ],
    [
      'roles that are no strings',
      { roles: ['a', 1] },
      'The claim `roles` of the token must be a string or an array of strings',
    ],
  ])('is refused with %s', async (_name, claims, message) => {
    expect(await refusal(await secretToken({ ...CLAIMS, ...claims }))).toBe(message)
  })

  it.each<[string, TestClaims]>([
    ['an expiry within the tolerance', { exp: NOW - 4 }],
    ['a start within the tolerance', { nbf: NOW + 5 }],
    ['one audience of several', { aud: ['shop', 'relay'] }],
  ])('is taken with %s', async (_name, claims) => {
    expect(await authenticate(await secretToken({ ...CLAIMS, ...claims }))).toMatchObject({ subject: 'ada' })
  })

  it('is refused by its age, and expires by it, where that is limited', async () => {
    const jwt = { maxAgeMs: 60_000 }
    const of = (ageSeconds: number) => secretToken({ ...CLAIMS, exp: NOW + 3_600, iat: NOW - ageSeconds })
    expect(await refusal(await of(66), jwt)).toBe('The token is too old')
    expect(await refusal(await of(-10), jwt)).toBe('The token was issued in the future')
    expect(await refusal(await secretToken(), jwt)).toBe('The token has no `iat`')
    expect(await authenticate(await of(10), jwt)).toMatchObject({ expiresAtMs: NOW_MS + 50_000 + 5_000 })
  })

  it('needs no expiry where that is said', async () => {
    const token = await secretToken({ ...CLAIMS, exp: undefined })
    expect(await authenticate(token, { requireExpiry: false })).not.toHaveProperty('expiresAtMs')
  })

  it('is taken from any issuer for any audience where null says so', async () => {
    const token = await secretToken({ ...CLAIMS, iss: 'x', aud: undefined })
    expect(await authenticate(token, { issuer: null, audience: null })).toMatchObject({ subject: 'ada' })
    expect(await authenticate(token, { issuer: ['w', 'x'], audience: null })).toMatchObject({ subject: 'ada' })
  })

  it.each<[string, TestClaims, string, readonly string[]]>([
    ['a dotted path', { realm_access: { roles: ['a'] } }, 'realm_access.roles', ['a']],
    ['a name with dots', { 'https://example.com/roles': ['a'] }, 'https://example.com/roles', ['a']],
    ['one string, as scopes are', { scope: 'a  b a' }, 'scope', ['a', 'b']],
    ['a name with dots in an object', { realm: { 'a.b': ['x'] } }, 'realm.a.b', ['x']],
    ['nothing', {}, 'roles', []],
    ['a path through what is no object', { a: 'text' }, 'a.length', []],
    ['a path into what every object inherits', {}, '__proto__.constructor.name', []],
  ])('has its roles from %s', async (_name, claims, rolesClaim, roles) => {
    expect(await authenticate(await secretToken({ ...CLAIMS, ...claims }), { rolesClaim })).toMatchObject({ roles })
  })

  it('has its subject from another claim where that is said', async () => {
    const token = await secretToken({ ...CLAIMS, user: { id: 'u1' } })
    expect(await authenticate(token, { subjectClaim: 'user.id' })).toMatchObject({ subject: 'u1' })
  })

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('is refused without a signature, as alg %j', async (alg) => {
    const unsigned = `${base64url({ alg, typ: 'JWT' })}.${base64url(CLAIMS)}.`
    await refusal(unsigned)
    await refusal(`${unsigned}AAAA`)
    await refusal(unsigned, { secret: undefined, publicKey: rsa.pem })
  })

  it('is refused when the public key was used as if it were a secret', async () => {
    for (const secret of [rsa.pem, rsa.pem.trim(), JSON.stringify(rsa.jwk)]) {
      const input = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(CLAIMS)}`
      const forged = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
      const message = await refusal(forged, { secret: undefined, publicKey: rsa.pem })
      expect(message).toBe('The token is signed by an algorithm that is not taken')
    }
  })

  it('is refused with a public key of its own in its header', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const jwk = publicKey.export({ format: 'jwk' })
    const forged = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'EdDSA', jwk }).sign(privateKey)
    const own = await createSigningKey('k', 'EdDSA')
    expect(await refusal(forged, { secret: undefined, publicKey: own.pem })).toBe(
      'The signature of the token is not valid',
    )
  })

  it('is refused with another secret, and with an algorithm that is not listed', async () => {
    const forged = await secretToken(CLAIMS, 'HS256', 'another-secret-of-thirty-two-byte')
    expect(await refusal(forged)).toBe('The signature of the token is not valid')
    expect(await refusal(await secretToken(CLAIMS, 'HS256'), { algorithms: ['HS512'] })).toBe(
      'The token is signed by an algorithm that is not taken',
    )
  })

  it('is refused with any part of it changed', async () => {
    const token = await secretToken()
    const [header = '', payload = '', signature = ''] = token.split('.')
    const grown = base64url({ ...CLAIMS, roles: ['admin'] })
    for (const tampered of [
      `${header}.${grown}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature}.${signature}`,
      `.${payload}.${signature}`,
      `${base64url({ alg: 'HS256', crit: ['exp'], exp: 1 })}.${payload}.${signature}`,
      `${base64url({ alg: 'HS256', b64: false, crit: ['b64'] })}.${payload}.${signature}`,
      'x',
    ]) {
      await refusal(tampered)
    }
  })

  it('is refused with any one character changed', async () => {
    const token = await secretToken({ ...CLAIMS, roles: ['reader'] })
    // the last one has bits that mean nothing
    const place = fc.integer({ min: 0, max: token.length - 2 })
    const character = fc.constantFrom(...'ABCDwxyz0189-_.~=')
    await fc.assert(
      fc.asyncProperty(place, character, async (at, other) => {
        fc.pre(token[at] !== other)
        await refusal(token.slice(0, at) + other + token.slice(at + 1))
      }),
    )
  })

  it('leaves no trace in what is said about it', async () => {
    const claims = { ...CLAIMS, sub: 'very-private-subject', iss: 'evil', note: 'very-private-note' }
    const bad = [
      await secretToken(claims),
      `${base64url({ alg: 'HS256' })}.${base64url({ a: 'very-private' })}!.x`,
      'very-private',
    ]
    for (const token of bad) {
      const error: unknown = await authenticate(token).catch((reason: unknown) => reason)
      const { message, stack, cause } = error as Error
      const said = JSON.stringify({ message, stack, cause, all: { ...(error as object) } }) + String(cause)
      expect(said).not.toMatch(/very-private/)
      for (const part of token.split('.').filter((text) => text.length > 1)) expect(said).not.toContain(part)
    }
  })
})
