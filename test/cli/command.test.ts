import { describe, expect, it } from 'vitest'
import { readCommand, UsageError } from '../../src/cli/command.ts'

describe('readCommand', () => {
  it('starts the relay on this machine with the embedded engine by default', () => {
    expect(readCommand([], {})).toEqual({
      run: 'relay',
      mongoUri: undefined,
      host: '127.0.0.1',
      port: 8888,
      namespace: 'test.test',
      allowedOrigins: [],
    })
  })

  it('lets a flag win over its variable', () => {
    const env = {
      MONGODB_URI: 'mongodb://env',
      HOST: '0.0.0.0',
      PORT: '1',
      TAILRACE_NS: 'a.b',
      TAILRACE_ALLOWED_ORIGINS: 'http://a, http://b',
    }
    expect(readCommand([], env)).toMatchObject({
      mongoUri: 'mongodb://env',
      host: '0.0.0.0',
      port: 1,
      namespace: 'a.b',
      allowedOrigins: ['http://a', 'http://b'],
    })
    const args =
      '--mongo mongodb+srv://flag --host :: --port=0 --ns c.d --allow-origin http://c --allow-origin http://d'
    expect(readCommand(args.split(' '), env)).toMatchObject({
      mongoUri: 'mongodb+srv://flag',
      host: '::',
      port: 0,
      namespace: 'c.d',
      allowedOrigins: ['http://c', 'http://d'],
    })
  })

  it('reads how much is remembered, where it is said', () => {
    expect(readCommand(['--window-bytes', '1000', '--window-events=5'], {})).toMatchObject({
      windowBytes: 1_000,
      windowEvents: 5,
    })
    const env = { TAILRACE_WINDOW_BYTES: '2000', TAILRACE_WINDOW_EVENTS: '6' }
    expect(readCommand([], env)).toMatchObject({ windowBytes: 2_000, windowEvents: 6 })
    for (const odd of ['0', '-1', '1.5', 'many', '']) {
      expect(() => readCommand([`--window-events=${odd}`], {})).toThrow(UsageError)
    }
  })

  it('takes an empty variable for an absent one', () => {
    expect(readCommand([], { MONGODB_URI: '', PORT: '', HOST: '', TAILRACE_NS: '' })).toEqual(readCommand([], {}))
  })

  it('knows the other commands', () => {
    expect(readCommand(['engine'], { PORT: '1' })).toEqual({ run: 'engine', port: 27017 })
    expect(readCommand(['engine', '--port', '0'], {})).toEqual({ run: 'engine', port: 0 })
    expect(readCommand(['-h'], {})).toEqual({ run: 'help' })
    expect(readCommand(['--version'], {})).toEqual({ run: 'version' })
  })

  it.each([
    [['--nope'], {}, '--nope'],
    [['--port'], {}, '--port'],
    [['--port', '65536'], {}, '65536'],
    [['--port', '-1'], {}, '--port'],
    [['--port', ''], {}, 'Not a port'],
    [[], { PORT: 'http' }, 'http'],
    [['--mongo', 'http://x'], {}, 'mongodb://'],
    [['--ns', '.x'], {}, 'database name is empty'],
    [['--ns', 'a b.c'], {}, 'a b.c'],
    [['--host', 'a b'], {}, 'Not a host'],
    [['serve'], {}, 'serve'],
    [['engine', 'x'], {}, 'engine x'],
    [['engine', '--ns', 'a.b'], {}, '--ns'],
  ])('refuses %j with %j in one line', (args, env, message) => {
    const read = () => readCommand(args, env)
    expect(read).toThrow(UsageError)
    expect(read).toThrow(message)
    expect(read).toThrow(/^[^\n]*$/)
  })

  it('does not repeat a URI that may hold a password', () => {
    expect(() => readCommand(['--mongo', 'mysql://user:secret@host'], {})).toThrow(/^(?!.*secret)/)
  })
})
