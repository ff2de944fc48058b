import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkConfig } from '../../src/cli/check-config.ts'
import { readArgs } from '../../src/cli/read-args.ts'
import { readConfig } from '../../src/cli/config-file/read-config.ts'
import { UsageError } from '../../src/cli/usage-error.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tailrace-check-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function check(content: unknown, ...flags: string[]): Promise<string> {
  const path = join(folder, 'config.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return checkConfig(await readConfig(readArgs(['--check-config', '--config', path, ...flags]), {}))
}

const NOTHING = { $file: '/run/secrets/nothing' }
const OPEN = { host: '0.0.0.0', mongoUri: NOTHING }
const CLAIMS = { issuer: 'me', audience: 'you' }

describe('checkConfig', () => {
  it.each([
    [{ auth: { jwt: { ...CLAIMS, secret: NOTHING } } }, 'mongoUri, auth.jwt.secret'],
    [{ auth: { jwt: { ...CLAIMS, publicKey: NOTHING, algorithms: ['RS256'] } } }, 'mongoUri, auth.jwt.publicKey'],
    [{ auth: { jwt: { ...CLAIMS, jwksUrl: { $env: 'NO_SUCH' } } } }, 'mongoUri, auth.jwt.jwksUrl'],
    [
      { auth: { tokens: ['a', 'b'].map((subject) => ({ token: NOTHING, subject })) } },
      'mongoUri, auth.tokens[0].token, auth.tokens[1].token',
    ],
    [
      { auth: { tokens: [{ sha256: NOTHING, subject: NOTHING }] } },
      'mongoUri, auth.tokens[0].sha256, auth.tokens[0].subject',
    ],
    [{ allowAnonymous: true, tokenSecret: NOTHING, sharedViewMs: '1h' }, 'mongoUri, tokenSecret'],
    [{ allowAnonymous: true, metricsToken: NOTHING }, 'mongoUri, metricsToken'],
  ])('does without the secrets of %j', async (content, missing) => {
    await expect(check({ ...OPEN, ...content })).rejects.toThrow(UsageError)
    expect(await check({ ...OPEN, ...content }, '--without-secrets')).toBe(
      `The configuration is valid, apart from what is not here: ${missing}\n`,
    )
  })

  it('finds what is wrong beside them', async () => {
    await expect(check(OPEN, '--without-secrets')).rejects.toThrow('everybody who can reach it')
    const auth = { tokens: [{ token: NOTHING, subject: '' }] }
    await expect(check({ ...OPEN, auth }, '--without-secrets')).rejects.toThrow('`auth.tokens[0].subject` is not valid')
  })

  it('takes the configuration of the Kubernetes example, outside of a cluster', async () => {
    const manifest = readFileSync(resolve(import.meta.dirname, '../../deploy/kubernetes.yaml'), 'utf8')
    const [, text = ''] = /config\.json: \|\n((?: {4}.*\n)+)/.exec(manifest) ?? []
    expect(await check(text, '--without-secrets')).toContain(
      'is valid, apart from what is not here: mongoUri, auth.tokens',
    )
  })
})
