import { type AddressInfo, createServer } from 'node:net'
import { MongoClient } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import { address, logged, usePrograms } from './support/process/program.ts'
import { eventStream } from './support/transports.ts'

async function takePort(): Promise<{ port: number; release(): Promise<unknown> }> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return { port: (server.address() as AddressInfo).port, release: () => new Promise((done) => server.close(done)) }
}

const tailrace = usePrograms()

describe('tailrace', () => {
  it('prints an address a line, and tells subscribers and ends cleanly when it is interrupted', async () => {
    const program = tailrace(['--port', '0'])
    const page = await address(program, 'Live page')
    const graphql = await address(program, 'GraphiQL')
    const mongo = await address(program, 'MongoDB')
    expect(program.stdout().trim().split('\n')).toHaveLength(3)
    expect(graphql).toBe(`${page}graphql`)

    const changes = eventStream.subscribe(graphql, { db: 'test', coll: 'test', last: 1 })
    const client = new MongoClient(mongo)
    await client.db('test').collection('test').insertOne({})
    await changes.take(1)
    await client.close()

    // as under npm, which passes on what the terminal has sent already
    program.child.kill('SIGINT')
    program.child.kill('SIGTERM')
    expect((await changes.failure()).extensions?.['code']).toBe('SHUTTING_DOWN')
    expect(await program.exited).toBe(0)
    expect(logged(program).map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      'info Listening',
      'info Stopping',
      'info Stopped',
    ])
    expect(logged(program)[0]).toMatchObject({ url: page, ns: 'test.test', embedded: true })
    changes.stop()
  })

  it('takes its settings from the environment, and starts while MongoDB cannot be reached', async () => {
    const uri = 'mongodb://me:hidden@127.0.0.1:1'
    const env = { PORT: '0', MONGODB_URI: uri, TAILRACE_NS: 'a.b', TAILRACE_LOG_LEVEL: 'warn' }
    const program = tailrace([], env)
    const graphql = await address(program, 'GraphiQL')
    expect(program.stdout()).not.toContain('MongoDB')
    await vi.waitFor(() =>
      expect(logged(program)).toEqual([
        {
          level: 'warn',
          time: expect.any(String),
          msg: 'MongoDB cannot be reached; trying again until it can',
          ns: 'a.b',
          code: 'UPSTREAM_FAILED',
          reason: expect.stringContaining('127.0.0.1:1'),
        },
      ]),
    )
    const response = await fetch(graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: '{"query":"{ relay { serverVersion defaultNamespace { db coll } } }"}',
    })
    const relay = { serverVersion: null, defaultNamespace: { db: 'a', coll: 'b' } }
    expect(await response.json()).toEqual({ data: { relay } })
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(program.stderr()).not.toContain('hidden')
  })

  it('logs for people where it is asked to', async () => {
    const program = tailrace(['--port', '0', '--log-format', 'text'])
    const page = await address(program, 'Live page')
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(program.stderr()).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d INFO  Listening  url=${page} `))
  })

  it('prints and checks its configuration', async () => {
    const args = ['--mongo', 'mongodb://me:hidden@h/?replicaSet=rs0', '--window-bytes', '1MiB']
    const printed = tailrace(['--print-config', '--json', ...args])
    expect(await printed.exited).toBe(0)
    expect(JSON.parse(printed.stdout())).toMatchObject({
      mongoUri: { value: 'mongodb://***:***@h/?replicaSet=rs0', from: '--mongo' },
      windowBytes: { value: 1_048_576, from: '--window-bytes' },
    })
    const lines = tailrace(['--print-config', ...args])
    expect(await lines.exited).toBe(0)
    expect(lines.stdout()).toMatch(/^windowBytes +1MiB {2}\(--window-bytes\)$/m)
    const checked = tailrace(['--check-config', ...args])
    expect(await checked.exited).toBe(0)
    expect(checked.stdout()).toBe('The configuration is valid\n')
  })

  it('starts the engine alone', async () => {
    const program = tailrace(['engine', '--port', '0'])
    const client = new MongoClient(await address(program, 'MongoDB'))
    expect(await client.db('test').collection('test').insertOne({})).toMatchObject({ acknowledged: true })
    await client.close()
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(program.stderr()).toContain('not for production')
  })

  it.each([
    [['--nope'], {}, 2],
    [['--ns', 'a b'], {}, 2],
    [['--mongo', 'http://x'], {}, 2],
    [['--mongo', 'mongodb://x/?tls=maybe'], {}, 2],
    [['--allow-origin', 'x'], {}, 2],
    [['--check-config', '--mongo', 'mongodb://x/?tls=maybe'], {}, 2],
    [['--check-config', '--host', '0.0.0.0'], {}, 2],
    [['--check-config', '--token-secret', 'shorter-than-32-chars'], {}, 2],
    [['--print-config', '--config', '/no/such/file'], {}, 2],
    [['--port', '0', '--host', '0.0.0.0'], {}, 2],
    [[], { PORT: 'x' }, 2],
    [['engine', '--port', 'x'], {}, 2],
    [['types'], {}, 2],
    [['types', '--ns', 'shop.orders', '--mongo', 'http://x'], {}, 2],
    [['types', '--ns', 'shop.orders', '--mongo', 'mongodb://x/?tls=maybe'], {}, 2],
    [['types', '--ns', 'shop.orders', '--mongo', 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=9'], {}, 1],
  ])('refuses %j with %j in one line and status %i', async (args, env, status) => {
    const program = tailrace(args, env)
    expect(await program.exited).toBe(status)
    expect(program.stderr()).toMatch(/^tailrace: [^\n]+\n$/)
    expect(program.stdout()).toBe('')
  })

  it('prints the types of a collection, or says in one line that there is none', async () => {
    const mongo = await address(tailrace(['engine', '--port', '0']), 'MongoDB')
    const client = new MongoClient(mongo)
    await client.db('shop').createCollection('orders', { validator: { $jsonSchema: { required: ['status'] } } })
    await client.close()
    const found = tailrace(['types', '--ns', 'shop.orders', '--mongo', mongo])
    expect([await found.exited, found.stderr()]).toEqual([0, ''])
    expect(found.stdout()).toContain('export type Orders = {')
    const missing = tailrace(['types', '--ns', 'shop.nothing', '--mongo', mongo])
    expect([await missing.exited, missing.stdout()]).toEqual([2, ''])
    expect(missing.stderr()).toBe('tailrace: There is no collection shop.nothing: name another one by --ns\n')
  })

  it('says which port is in use, with status 1', async () => {
    const { port, release } = await takePort()
    for (const args of [
      ['--mongo', 'mongodb://127.0.0.1:1', '--port', String(port)],
      ['engine', '--port', String(port)],
    ]) {
      const program = tailrace(args)
      expect(await program.exited).toBe(1)
      expect(program.stderr()).toContain(`tailrace: Port ${port} is in use`)
    }
    await release()
  })

  it('helps', async () => {
    const help = tailrace(['--help'])
    expect(await help.exited).toBe(0)
    expect(help.stdout()).toContain('--mongo <uri>')
    expect(help.stdout()).not.toContain('--window-bytes')
    const all = tailrace(['--help', 'all'])
    expect(await all.exited).toBe(0)
    expect(all.stdout()).toContain('--window-bytes <size>')
    const version = tailrace(['--version'])
    expect(await version.exited).toBe(0)
    expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
