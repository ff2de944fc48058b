import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AuthOptions } from '../../../../src/relay/auth/auth-schema.ts'
import { createAuthenticator } from '../../../../src/relay/auth/authenticator.ts'
import {
  CLAIMS,
  createSigningKey,
  type KeyServer,
  NOW_MS,
  seconds,
  SECRET,
  secretToken,
  type SigningKey,
  startKeyServer,
} from '../issuer.ts'

describe('a key set', () => {
  let server: KeyServer
  let one: SigningKey
  let two: SigningKey
  let nowMs: number
  let wallMs: number
  let lines: string[]

  beforeAll(async () => {
    one = await createSigningKey('one')
    two = await createSigningKey('two')
  })

  beforeEach(async () => {
    server = await startKeyServer()
    server.answer({ keys: [one.jwk] })
    nowMs = 5_000
    wallMs = NOW_MS
    lines = []
  })

  afterEach(() => server.stop())

  function create(jwt: Partial<NonNullable<AuthOptions['jwt']>> = {}) {
    const settings = { jwksUrl: server.url, issuer: 'issuer', audience: 'relay', ...jwt }
    const surroundings = { now: () => wallMs, monotonicNow: () => nowMs, log: (line: string) => lines.push(line) }
    const { authenticate } = createAuthenticator({ jwt: settings }, surroundings)
    return (token: string) => authenticate({ token })
  }

  it('is asked for once, whoever comes at the same time', async () => {
    const authenticate = create()
    const token = await one.sign()
    const all = await Promise.all(Array.from({ length: 20 }, () => authenticate(token)))
    expect(all.every(({ subject }) => subject === 'ada')).toBe(true)
    await authenticate(token)
    expect(server.requests()).toBe(1)
  })

  it('is asked for again when a token has a key that is not in it, but not more often than the cooldown says', async () => {
    const authenticate = create()
    await authenticate(await one.sign())
    server.answer({ keys: [one.jwk, two.jwk] })
    const rotated = await two.sign()
    const unknown = { code: 'UNAUTHENTICATED', problem: 'invalid', message: /key that is not known/ }
    await expect(authenticate(rotated)).rejects.toMatchObject(unknown)
    expect(server.requests()).toBe(1)
    nowMs += 30_000
    expect(await authenticate(rotated)).toMatchObject({ subject: 'ada' })
    expect(server.requests()).toBe(2)
    for (let i = 0; i < 20; i++) {
      await expect(authenticate(await one.sign(undefined, { kid: `made-up-${i}` }))).rejects.toMatchObject(unknown)
    }
    expect(server.requests()).toBe(2)
  })

  it('gets old by the time that passes, wherever the clock of this machine is set meanwhile', async () => {
    wallMs = NOW_MS + 86_400_000
    const authenticate = create({ jwksMaxAgeMs: 20_000 })
    const token = await one.sign({ ...CLAIMS, exp: seconds(wallMs) + 60 })
    await authenticate(token)
    wallMs = NOW_MS
    nowMs += 20_000
    await authenticate(token)
    expect(server.requests()).toBe(2)
  })

  it('no longer takes a key that was withdrawn, once the set is old', async () => {
    const authenticate = create({ jwksMaxAgeMs: 20_000 })
    await authenticate(await one.sign())
    server.answer({ keys: [two.jwk] })
    expect(await authenticate(await one.sign())).toMatchObject({ subject: 'ada' })
    nowMs += 20_000
    await expect(authenticate(await one.sign())).rejects.toMatchObject({ problem: 'invalid' })
  })

  it('takes a token that does not say which key it is signed with', async () => {
    server.answer({ keys: [one.jwk, two.jwk] })
    const authenticate = create()
    expect(await authenticate(await two.sign(undefined, {}))).toMatchObject({ subject: 'ada' })
    const other = await createSigningKey('three')
    await expect(authenticate(await other.sign(undefined, {}))).rejects.toThrow(
      'The signature of the token is not valid',
    )
  })

  it('gives no key for a secret’s algorithm, whatever it holds', async () => {
    const k = Buffer.from(SECRET).toString('base64url')
    server.answer({ keys: [{ kty: 'oct', k, alg: 'HS256' }, one.jwk] })
    await expect(create()(await secretToken())).rejects.toThrow('The token is signed by an algorithm that is not taken')
    expect(server.requests()).toBe(0)
  })

  it.each<[string, Parameters<KeyServer['answer']>[0], RegExp]>([
    ['answers with an error', (response) => void response.writeHead(500).end('{"keys":[]}'), /the status 500/],
    ['redirects', (response) => void response.writeHead(302, { location: '/other' }).end(), /the status 302/],
    ['answers with what is no JSON', (response) => void response.end('<html>'), /no JSON/],
    ['answers with what is no key set', (response) => void response.end('{"keys":5}'), /Key Set malformed/],
    ['hangs', () => undefined, /no answer within 2000 ms/],
    ['hangs in its answer', (response) => void response.write('{"keys":['), /no answer within 2000 ms/],
    ['answers without end', (response) => endless(response), /more than 262144 bytes/],
    ['cuts the connection', (response) => void response.destroy(), /cannot be reached/],
  ])('makes callers come again later when its server %s', async (name, answer, line) => {
    server.answer(answer)
    const authenticate = create(name.startsWith('hangs') ? { jwksTimeoutMs: 2_000 } : {})
    const token = await one.sign()
    const later = { code: 'UNAUTHENTICATED', problem: 'unavailable', message: /try again later/ }
    await expect(authenticate(token)).rejects.toMatchObject(later)
    await expect(authenticate(token)).rejects.toMatchObject(later)
    expect(server.requests()).toBe(1)
    expect(lines).toEqual([expect.stringMatching(line)])
    expect(lines.join()).not.toContain(new URL(server.url).host)

    server.answer({ keys: [one.jwk] })
    nowMs += 5_000
    expect(await authenticate(token)).toMatchObject({ subject: 'ada' })
    expect(lines[1]).toMatch(/can be fetched again/)
  })

  it('is used for longer while its server is down, but not for ever', async () => {
    const authenticate = create({ jwksMaxAgeMs: 10_000, jwksStaleMs: 20_000 })
    const long = { sub: 'ada', iss: 'issuer', aud: 'relay', exp: NOW_MS / 1_000 + 600 }
    const token = await one.sign(long)
    await authenticate(token)
    server.answer((response) => void response.destroy())
    nowMs += 15_000
    expect(await authenticate(token)).toMatchObject({ subject: 'ada' })
    await expect(authenticate(await two.sign(long))).rejects.toMatchObject({ problem: 'unavailable' })
    nowMs += 15_000
    await expect(authenticate(token)).rejects.toMatchObject({ problem: 'unavailable' })
  })

  it('refuses a key that is too short to be safe, without a crash', async () => {
    server.answer({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'one', alg: 'RS256' }] })
    await expect(create()(await one.sign())).rejects.toMatchObject({ code: 'UNAUTHENTICATED', problem: 'invalid' })
  })
})

function endless(response: { write(text: string, sent: (error?: Error | null) => void): unknown }): void {
  const more = (error?: Error | null) => {
    if (!error) response.write(' '.repeat(65_536), more)
  }
  more()
}
