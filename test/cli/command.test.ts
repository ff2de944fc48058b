import { describe, expect, it } from 'vitest'
import { readCommand } from '../../src/cli/command.ts'
import { UsageError } from '../../src/cli/usage-error.ts'

async function settingsOf(args: string[], env: Record<string, string>) {
  const command = await readCommand(args, env)
  if (!('config' in command)) throw new Error('No configuration was read')
  return command.config.settings
}

describe('readCommand', () => {
  it('starts the relay on this machine with the embedded engine by default', async () => {
    expect(await readCommand([], {})).toMatchObject({ run: 'relay' })
    expect(await settingsOf([], {})).toMatchObject({
      mongoUri: undefined,
      host: '127.0.0.1',
      port: 8888,
      namespace: 'test.test',
      allowedOrigins: [],
    })
  })

  it('lets a flag win over its variable', async () => {
    const env = {
      MONGODB_URI: 'mongodb://env',
      HOST: '0.0.0.0',
      PORT: '1',
      TAILRACE_NS: 'a.b',
      TAILRACE_ALLOWED_ORIGINS: 'http://a, http://b',
      TAILRACE_WINDOW_BYTES: '2000',
      TAILRACE_WINDOW_EVENTS: '6',
    }
    expect(await settingsOf([], env)).toMatchObject({
      mongoUri: 'mongodb://env',
      host: '0.0.0.0',
      port: 1,
      namespace: 'a.b',
      allowedOrigins: ['http://a', 'http://b'],
      windowBytes: 2_000,
      windowEvents: 6,
    })
    const args =
      '--mongo mongodb+srv://flag --host :: --port=0 --ns c.d --allow-origin http://c --allow-origin http://d --window-bytes 1000 --window-events=5'
    expect(await settingsOf(args.split(' '), env)).toMatchObject({
      mongoUri: 'mongodb+srv://flag',
      host: '::',
      port: 0,
      namespace: 'c.d',
      allowedOrigins: ['http://c', 'http://d'],
      windowBytes: 1_000,
      windowEvents: 5,
    })
  })

  it('takes lists by a flag given again, by commas in it, and by commas in a variable', async () => {
    const inFlags = ['--allow-origin', 'http://a,http://b', '--allow-origin', 'http://c']
    const allowedOrigins = ['http://a', 'http://b', 'http://c']
    expect(await settingsOf(inFlags, {})).toMatchObject({ allowedOrigins })
    expect(await settingsOf([], { TAILRACE_ALLOWED_ORIGINS: 'http://a, http://b,http://c' })).toMatchObject({
      allowedOrigins,
    })
  })

  it('takes an empty variable for an absent one', async () => {
    const env = { MONGODB_URI: '', PORT: '', HOST: '', TAILRACE_NS: '', TAILRACE_CONFIG: '' }
    expect(await readCommand([], env)).toEqual(await readCommand([], {}))
  })

  it('knows the other commands', async () => {
    expect(await readCommand(['engine'], { PORT: '1' })).toEqual({ run: 'engine', port: 27017 })
    expect(await readCommand(['engine', '--port', '0'], {})).toEqual({ run: 'engine', port: 0 })
    expect(await readCommand(['-h'], {})).toEqual({ run: 'help', isWhole: false })
    expect(await readCommand(['--help', 'all'], {})).toEqual({ run: 'help', isWhole: true })
    expect(await readCommand(['--version'], {})).toEqual({ run: 'version' })
    expect(await readCommand(['--print-config'], {})).toMatchObject({ run: 'print-config', asJson: false })
    expect(await readCommand(['--print-config', '--json'], {})).toMatchObject({ asJson: true })
    expect(await readCommand(['--check-config'], {})).toMatchObject({ run: 'check-config' })
  })

  it.each([
    [['--nope'], {}, '--nope'],
    [['--windw-bytes', '1'], {}, 'did you mean --window-bytes?'],
    [['--no-graphiq'], {}, 'did you mean --graphiql?'],
    [['--windowBytes', '1'], {}, 'did you mean --window-bytes?'],
    [['--namespace', 'a.b'], {}, 'did you mean --ns?'],
    [['--mongo-uri', 'x'], {}, 'did you mean --mongo?'],
    [['--MONGODB_URI=x'], {}, 'did you mean --mongo?'],
    [['--allowed-origins', 'x'], {}, 'did you mean --allow-origin?'],
    [['-port', '1'], {}, 'did you mean --port?'],
    [['--chek-config'], {}, 'did you mean --check-config?'],
    [['engin'], {}, 'did you mean engine?'],
    [[], { TAILRACE_WINDW_BYTES: '1' }, 'Unknown variable TAILRACE_WINDW_BYTES; did you mean TAILRACE_WINDOW_BYTES?'],
    [[], { TAILRACE_PORT: '1' }, 'did you mean PORT?'],
    [[], { TAILRACE_MONGO: 'x' }, 'did you mean MONGODB_URI?'],
    [[], { TAILRACE_ALLOW_ORIGIN: 'x' }, 'did you mean TAILRACE_ALLOWED_ORIGINS?'],
    [['--json'], {}, '--json goes with --print-config'],
    [['--without-secrets'], {}, '--without-secrets goes with --check-config'],
    [['--port'], {}, '--port'],
    [['--port', '65536'], {}, '65536'],
    [['--port', '-1'], {}, '--port'],
    [['--port', ''], {}, 'Not a port'],
    [[], { PORT: 'http' }, 'Not a port from 0 to 65535: "http" (PORT)'],
    [['--mongo', 'http://x'], {}, 'mongodb://'],
    [['--ns', '.x'], {}, 'database name is empty'],
    [['--ns', 'a b.c'], {}, 'a b.c'],
    [['--host', 'a b'], {}, 'Not a host'],
    [['--window-events', '0'], {}, 'Not a positive whole number: "0" (--window-events)'],
    [['--window-events', '1.5'], {}, 'Not a positive'],
    [['--window-bytes', '16 parsecs'], {}, 'Not a size such as 16MiB'],
    [['--linger', 'soon'], {}, 'Not a duration such as 30s'],
    [['--linger', '600h'], {}, '24 days'],
    [['--max-result-bytes', '1GiB'], {}, 'More than 256MiB'],
    [['--keep-alive', '1'], {}, 'Less than 100ms'],
    [['--log-level', 'loud'], {}, 'Not one of debug, info, warn, error, silent: "loud" (--log-level)'],
    [[], { TAILRACE_GRAPHIQL: 'maybe' }, 'Neither true nor false: "maybe" (TAILRACE_GRAPHIQL)'],
    [['--allow-origin', 'example'], {}, 'Not an origin'],
    [['--allow-origin', 'localhost:3000'], {}, 'Not an origin'],
    [['--metrics-token', 'short'], {}, '16 characters or more'],
    [['serve'], {}, 'serve'],
    [['engine', 'x'], {}, 'engine x'],
    [['engine', '--ns', 'a.b'], {}, 'does not take --ns'],
    [['engine', '--no-graphiql'], {}, 'does not take --no-graphiql'],
  ])('refuses %j with %j in one line', async (args, env, message) => {
    const refused = readCommand(args, env)
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.toThrow(/^[^\n]*$/)
  })

  it('leaves variables alone that others set', async () => {
    const ofKubernetes = {
      TAILRACE_PORT: 'tcp://10.0.0.1:8888',
      TAILRACE_SERVICE_HOST: '10.0.0.1',
      TAILRACE_SERVICE_PORT_HTTP: '8888',
      TAILRACE_PORT_8888_TCP_PORT: '8888',
    }
    const others = {
      TAILRACE_NO_SUCH_SETTING: 'x',
      TAILRACE_TOKEN: 'x',
      TAILRACE_URL: 'x',
      TAILRACE_WINDW_BYTES: '',
      MY_TAILRACE_WINDW_BYTES: '1',
    }
    expect(await readCommand([], { ...ofKubernetes, ...others })).toMatchObject({ run: 'relay' })
  })

  it('does not repeat what may be a secret', async () => {
    await expect(readCommand(['--mongo', 'mysql://user:hidden@host'], {})).rejects.toThrow(/^(?!.*hidden)/)
    await expect(readCommand(['--metrics-token', 'hidden'], {})).rejects.toThrow(/^(?!.*hidden)/)
  })

  it('writes the types of a collection, at the engine unless it is told where', async () => {
    const here = 'mongodb://127.0.0.1:27017/?directConnection=true'
    const shop = { run: 'types', db: 'shop', coll: 'orders.v2' }
    expect(await readCommand(['types', '--ns', 'shop.orders.v2'], {})).toEqual({ ...shop, mongoUri: here })
    const env = { TAILRACE_NS: 'shop.orders.v2', MONGODB_URI: 'mongodb://env' }
    expect(await readCommand(['types'], env)).toEqual({ ...shop, mongoUri: 'mongodb://env' })
    for (const args of [['types'], ['types', '--ns', 'shop'], ['types', '--ns', 'a.b', '--port=1'], ['types', 'a.b']]) {
      await expect(readCommand(args, {})).rejects.toThrow(UsageError)
    }
  })
})
