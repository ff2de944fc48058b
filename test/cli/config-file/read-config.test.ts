import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { printConfig } from '../../../src/cli/print-config.ts'
import { readArgs } from '../../../src/cli/read-args.ts'
import { readConfig } from '../../../src/cli/config-file/read-config.ts'
import { UsageError } from '../../../src/cli/usage-error.ts'

const PARTS = {
  auth: {
    about: 'who may come in',
    load: async () => z.strictObject({ issuer: z.string(), jwtSecret: z.string().min(4), skewMs: z.int().default(5) }),
  },
  rules: {
    about: 'who may see what',
    load: async () =>
      z.array(
        z.strictObject({ role: z.string(), see: z.union([z.literal('all'), z.strictObject({ db: z.string() })]) }),
      ),
  },
}

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tailrace-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function file(content: unknown): string {
  const path = join(folder, 'config.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function read(args: string[], env: Record<string, string> = {}) {
  return readConfig(readArgs(args), env, PARTS)
}

describe('readConfig', () => {
  it('lets a flag win over a variable, a variable over the file, and the file over the default', async () => {
    const path = file({
      $schema: './x.json',
      host: '::',
      port: 1,
      windowEvents: 2,
      windowBytes: '1MiB',
      lingerMs: '2m',
    })
    const { settings, sources } = await read(['--config', path, '--port', '3'], {
      PORT: '2',
      TAILRACE_WINDOW_EVENTS: '4',
      TAILRACE_NO_SUCH_SETTING: 'x',
    })
    expect(settings).toMatchObject({
      host: '::',
      port: 3,
      windowEvents: 4,
      windowBytes: 1_048_576,
      lingerMs: 120_000,
      maxCatchUps: 8,
    })
    expect(Object.fromEntries(sources)).toMatchObject({
      host: path,
      port: '--port',
      windowEvents: 'TAILRACE_WINDOW_EVENTS',
      maxCatchUps: 'default',
    })
    expect((await read([], { TAILRACE_CONFIG: path })).settings.host).toBe('::')
  })

  it('switches on and off, by flag, variable and file', async () => {
    expect((await read([])).settings.graphiql).toBe(true)
    expect((await read(['--no-graphiql'])).settings.graphiql).toBe(false)
    const off = { TAILRACE_GRAPHIQL: 'off' }
    expect((await read([], off)).settings.graphiql).toBe(false)
    expect((await read(['--graphiql'], off)).settings.graphiql).toBe(true)
    expect((await read(['--config', file({ graphiql: false })])).settings.graphiql).toBe(false)
  })

  it('reads parts with their own schemas', async () => {
    const path = file({
      auth: { issuer: 'me', jwtSecret: { $env: 'JWT' } },
      rules: [{ role: 'a', see: { db: 'shop' } }],
    })
    const { parts } = await read(['--config', path], { JWT: 'hush hush' })
    expect(parts.auth).toEqual({ issuer: 'me', jwtSecret: 'hush hush', skewMs: 5 })
    expect(parts.rules).toEqual([{ role: 'a', see: { db: 'shop' } }])
  })

  it('takes a secret from a file beside the configuration, without its line end', async () => {
    writeFileSync(join(folder, 'token'), 'a-token-of-24-characters\n')
    const { settings } = await read(['--config', file({ metricsToken: { $file: 'token' } })])
    expect(settings.metricsToken).toBe('a-token-of-24-characters')
  })

  it.each<[content: unknown, message: string]>([
    ['{"port": 1,\n "host": "hidden"', 'is not valid JSON'],
    [[], 'must hold one JSON object'],
    [{ windowByte: 1 }, 'Unknown key "windowByte" in CONFIG; did you mean windowBytes?'],
    [{ rule: [] }, 'did you mean rules?'],
    [{ 'window-bytes': 1 }, 'did you mean windowBytes?'],
    [{ ns: 'a.b' }, 'did you mean namespace?'],
    [{ MONGODB_URI: '' }, 'did you mean mongoUri?'],
    [{ $comment: 1 }, 'Unknown key "$comment"'],
    [{ port: 'http' }, 'Not a port from 0 to 65535: "http" (port in CONFIG)'],
    [{ port: 70_000 }, 'Not a port'],
    [{ port: null }, 'Not a port'],
    [{ windowBytes: { a: 1 } }, 'Not a size'],
    [{ graphiql: 'perhaps' }, 'Neither true nor false'],
    [{ mongoUri: 5 }, 'must start with mongodb://'],
    [{ mongoUri: { $env: 'NO_SUCH' } }, 'The environment variable NO_SUCH is not set (mongoUri)'],
    [{ auth: { issuer: 'x', jwtSecret: { $file: 'nothing' } } }, 'nothing cannot be read (auth.jwtSecret)'],
    [{ auth: { issuer: 'x', jwtSecret: 'hid' } }, '`auth.jwtSecret` is not valid'],
    [
      { auth: { issuer: 'x', jwtSecret: 'hidden', jwtSecrets: [] } },
      'Unknown key "jwtSecrets" in `auth`; did you mean jwtSecret?',
    ],
    [{ rules: [{ role: 'a', see: { db: 1 } }] }, '`rules[0].see.db` is not valid'],
  ])('refuses a file with %j in one line', async (content, message) => {
    const path = file(content)
    const refused = read(['--config', path])
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(message.replace('CONFIG', path))
    await expect(refused).rejects.toThrow(/^(?!.*hidden)[^\n]*$/)
  })

  it('takes what a file refers to as given, where that is asked for, and says what is not there', async () => {
    writeFileSync(join(folder, 'uri'), 'mongodb://real/')
    const path = file({
      mongoUri: { $file: 'uri' },
      tokenSecret: { $file: '/run/secrets/nothing' },
      auth: { issuer: 'me', jwtSecret: { $env: 'NO_SUCH' } },
    })
    const { settings, missing } = await read(['--config', path, '--without-secrets'])
    expect(missing).toEqual(['tokenSecret', 'auth.jwtSecret'])
    // what is there is read, and checked
    expect(settings.mongoUri).toBe('mongodb://real/')
    await expect(read(['--config', path])).rejects.toThrow('/run/secrets/nothing cannot be read (tokenSecret)')
    const wrong = file({ metricsToken: { $file: '/run/secrets/nothing' }, port: 'http' })
    await expect(read(['--config', wrong, '--without-secrets'])).rejects.toThrow('Not a port')
  })

  it('refuses a file that is not there', async () => {
    await expect(read(['--config', join(folder, 'nothing')])).rejects.toThrow('The configuration file cannot be read')
  })
})

describe('printConfig', () => {
  it('shows every value, where it comes from, and no secret', async () => {
    const path = file({
      metricsToken: 'hidden-0123456789',
      auth: { issuer: 'me', jwtSecret: 'hidden' },
      rules: [{ role: { $env: 'ROLE' }, see: 'all' }],
    })
    const uri = 'mongodb://me:hidden@a,b/?authMechanismProperties=AWS_SESSION_TOKEN:hidden&replicaSet=rs0'
    const config = await read(['--config', path, '--mongo', uri, '--slow-consumer', '5s'], { ROLE: 'hidden' })
    const text = printConfig(config, true)
    expect(text + printConfig(config, false)).not.toContain('hidden')
    expect(JSON.parse(text)).toMatchObject({
      mongoUri: { value: 'mongodb://***:***@a,b/?authMechanismProperties=***&replicaSet=rs0', from: '--mongo' },
      metricsToken: { value: '***', from: path },
      slowConsumerMs: { value: 5_000, from: '--slow-consumer' },
      port: { value: 8_888, from: 'default' },
      auth: { value: { issuer: 'me', jwtSecret: '***' }, from: path },
      rules: { value: [{ role: '***', see: 'all' }], from: path },
    })
    expect(JSON.parse(text)).not.toHaveProperty('metricsPort')
    const lines = printConfig(config, false).trimEnd().split('\n')
    expect(lines.map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual(
      expect.arrayContaining([
        'mongoUri  mongodb://***:***@a,b/?authMechanismProperties=***&replicaSet=rs0  (--mongo)',
        'slowConsumerMs  5s  (--slow-consumer)',
        'windowBytes  16MiB  (default)',
        'allowedHosts  none  (default)',
        `metricsToken  ***  (${path})`,
        `rules  [ { "role": "***", "see": "all" } ]  (${path})`,
      ]),
    )
    expect(lines).toHaveLength(Object.keys(JSON.parse(text)).length)
  })
})
