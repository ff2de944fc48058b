import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANONYMOUS } from '../../../src/relay/auth/principal/principal.ts'
import type { AuthOptions } from '../../../src/relay/auth/auth-schema.ts'
import { createAuthenticator } from '../../../src/relay/auth/authenticator.ts'
import type { Credentials } from '../../../src/relay/auth/bearer-token.ts'
import { CLAIMS, NOW_MS, SECRET, secretToken } from './issuer.ts'

const TOKEN = 'machine-token-0001'
const MACHINES: AuthOptions = {
  tokens: [
    { token: TOKEN, subject: 'backup', roles: ['reader'], claims: { tenant: 't1' } },
    { sha256: createHash('sha256').update('machine-token-0002').digest('hex').toUpperCase(), subject: 'report' },
  ],
}

const problemOf = (options: AuthOptions, credentials: Credentials) =>
  createAuthenticator(options)
    .authenticate(credentials)
    .then(
      ({ subject }) => `taken as ${subject}`,
      ({ code, problem }: { code: string; problem: string }) => `${code}: ${problem}`,
    )

describe('an authenticator', () => {
  it('takes static tokens, whether it knows them or their digests', async () => {
    const { authenticate } = createAuthenticator(MACHINES)
    expect(await authenticate({ token: TOKEN })).toEqual({
      subject: 'backup',
      roles: ['reader'],
      claims: { tenant: 't1' },
    })
    expect(await authenticate({ authorization: 'Bearer machine-token-0002' })).toEqual({
      subject: 'report',
      roles: [],
      claims: {},
    })
  })

  it('takes static tokens and JWTs side by side', async () => {
    const jwt = { secret: SECRET, issuer: 'issuer', audience: 'relay' }
    const { authenticate } = createAuthenticator({ ...MACHINES, jwt }, { now: () => NOW_MS })
    expect(await authenticate({ token: TOKEN })).toMatchObject({ subject: 'backup' })
    expect(await authenticate({ token: await secretToken(CLAIMS) })).toMatchObject({ subject: 'ada' })
  })

  it.each<[unknown, string]>([
    [`Bearer ${TOKEN}`, 'taken as backup'],
    [`bearer ${TOKEN}`, 'taken as backup'],
    [`  BEARER   ${TOKEN}  `, 'taken as backup'],
    [undefined, 'UNAUTHENTICATED: missing'],
    [null, 'UNAUTHENTICATED: missing'],
    ['', 'UNAUTHENTICATED: missing'],
    ['  ', 'UNAUTHENTICATED: missing'],
    ['Bearer', 'UNAUTHENTICATED: invalid'],
    ['Bearer ', 'UNAUTHENTICATED: invalid'],
    [TOKEN, 'UNAUTHENTICATED: invalid'],
    [`Bearer${TOKEN}`, 'UNAUTHENTICATED: invalid'],
    [`Bearer\t${TOKEN}`, 'UNAUTHENTICATED: invalid'],
    [`Bearer ${TOKEN} ${TOKEN}`, 'UNAUTHENTICATED: invalid'],
    [`Bearer ${TOKEN}, Bearer ${TOKEN}`, 'UNAUTHENTICATED: invalid'],
    [`Bearer "${TOKEN}"`, 'UNAUTHENTICATED: invalid'],
    [`Bearer ${TOKEN}\n`, 'taken as backup'],
    [`Bearer ${TOKEN}\0`, 'UNAUTHENTICATED: invalid'],
    [`Basic ${Buffer.from('a:b').toString('base64')}`, 'UNAUTHENTICATED: invalid'],
    ['Digest username="a"', 'UNAUTHENTICATED: invalid'],
    [`Bearer ${TOKEN.toUpperCase()}`, 'UNAUTHENTICATED: invalid'],
    [`Bearer ${TOKEN.slice(0, -1)}`, 'UNAUTHENTICATED: invalid'],
    [`Bearer ${TOKEN}x`, 'UNAUTHENTICATED: invalid'],
    [`Bearer ${'é'.repeat(20)}`, 'UNAUTHENTICATED: invalid'],
    [`Bearer ${'x'.repeat(20_000)}`, 'UNAUTHENTICATED: invalid'],
    [5, 'UNAUTHENTICATED: invalid'],
    [true, 'UNAUTHENTICATED: invalid'],
    [[`Bearer ${TOKEN}`], 'UNAUTHENTICATED: invalid'],
    [{ toString: () => `Bearer ${TOKEN}` }, 'UNAUTHENTICATED: invalid'],
  ])('answers to the header %j: %s', async (authorization, outcome) => {
    expect(await problemOf(MACHINES, { authorization })).toBe(outcome)
  })

  it.each<[unknown, string]>([
    [TOKEN, 'taken as backup'],
    [null, 'UNAUTHENTICATED: missing'],
    [` ${TOKEN}`, 'UNAUTHENTICATED: invalid'],
    [`Bearer ${TOKEN}`, 'UNAUTHENTICATED: invalid'],
    [{ token: TOKEN }, 'UNAUTHENTICATED: invalid'],
    [0, 'UNAUTHENTICATED: invalid'],
  ])('answers to the bare token %j: %s', async (token, outcome) => {
    expect(await problemOf(MACHINES, { token })).toBe(outcome)
  })

  it('refuses whatever else it is given, by a refusal and nothing else', async () => {
    const jwt = { secret: SECRET, issuer: 'issuer', audience: 'relay' }
    const { authenticate } = createAuthenticator({ ...MACHINES, jwt }, { now: () => NOW_MS })
    const prefixed = fc.string({ unit: 'binary', minLength: 4 }).map((text) => `Bearer ${text}`)
    const dotted = fc
      .array(fc.base64String(), { minLength: 1, maxLength: 5 })
      .map((parts) => `Bearer ${parts.join('.')}`)
    const anything = fc.oneof(fc.anything(), fc.string(), prefixed, dotted)
    await fc.assert(
      fc.asyncProperty(anything, anything, async (authorization, token) => {
        const error: unknown = await authenticate({ authorization, token }).catch((reason: unknown) => reason)
        expect(error).toMatchObject({ code: 'UNAUTHENTICATED', problem: expect.stringMatching(/missing|invalid/) })
      }),
      { numRuns: 1_000 },
    )
  })

  it('looks at no larger token than it is told to', async () => {
    expect(await problemOf({ ...MACHINES, maxTokenBytes: 17 }, { token: TOKEN })).toBe('UNAUTHENTICATED: invalid')
    expect(await problemOf({ ...MACHINES, maxTokenBytes: 18 }, { token: TOKEN })).toBe('taken as backup')
  })

  it('takes those without credentials as anonymous only where that is said, and bad credentials never', async () => {
    const open = { ...MACHINES, allowAnonymous: true }
    expect(await createAuthenticator(open).authenticate({})).toBe(ANONYMOUS)
    expect(await problemOf(open, { token: 'not-a-token-at-all' })).toBe('UNAUTHENTICATED: invalid')
    expect(await problemOf(open, { authorization: 'Basic x' })).toBe('UNAUTHENTICATED: invalid')
  })

  it('takes everybody as anonymous where it has nothing to judge by', async () => {
    const { isConfigured, authenticate } = createAuthenticator({})
    expect(isConfigured).toBe(false)
    expect(await authenticate({ authorization: 'Basic x' })).toBe(ANONYMOUS)
  })
})
