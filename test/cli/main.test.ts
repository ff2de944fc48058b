import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { MongoClient } from 'mongodb'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventStream } from '../support/transports.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** The program at work, or what it has left. */
interface Program {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  /** The exit status; `null` when a signal ended it. */
  readonly exited: Promise<number | null>
}

const programs: Program[] = []

afterEach(async () => {
  for (const { child, exited } of programs.splice(0)) {
    child.kill('SIGKILL')
    await exited
  }
})

/** Runs `tailrace` from its sources, without what the tests' own environment says. */
function tailrace(args: string[], env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  const program = {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    exited: once(child, 'close').then(([code]: (number | null)[]) => code ?? null),
  }
  programs.push(program)
  return program
}

/** The address that a line of this label tells. */
async function address(program: Program, label: string): Promise<string> {
  const line = new RegExp(`^${label} +(\\S+)$`, 'm')
  await vi.waitFor(() => expect(program.stdout()).toMatch(line), { timeout: 20_000, interval: 20 })
  return line.exec(program.stdout())?.[1] ?? ''
}

async function takePort(): Promise<{ port: number; release(): Promise<unknown> }> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return { port: (server.address() as AddressInfo).port, release: () => new Promise((done) => server.close(done)) }
}

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
    expect(program.stderr()).toBe('')
    changes.stop()
  })

  it('takes its settings from the environment, and starts while MongoDB cannot be reached', async () => {
    const program = tailrace([], { PORT: '0', MONGODB_URI: 'mongodb://127.0.0.1:1', TAILRACE_NS: 'a.b' })
    const graphql = await address(program, 'GraphiQL')
    expect(program.stdout()).not.toContain('MongoDB')
    await vi.waitFor(
      () => expect(program.stderr()).toBe('MongoDB cannot be reached; trying again until it can\n'),
      10_000,
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
    [['--port', '0', '--host', '0.0.0.0'], {}, 2],
    [[], { PORT: 'x' }, 2],
    [['engine', '--port', 'x'], {}, 2],
  ])('refuses %j with %j in one line and status %i', async (args, env, status) => {
    const program = tailrace(args, env)
    expect(await program.exited).toBe(status)
    expect(program.stderr()).toMatch(/^tailrace: [^\n]+\n$/)
    expect(program.stdout()).toBe('')
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
    const version = tailrace(['--version'])
    expect(await version.exited).toBe(0)
    expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
