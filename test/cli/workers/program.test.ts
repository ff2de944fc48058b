import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import { openDeployment } from '../../support/deployment.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { openRawSubscriber, type RawSubscriber } from '../../support/raw-subscriber.ts'
import { startClients, startWriter } from '../../support/returning-clients.ts'
import { address, logged, type Program, usePrograms } from '../../support/process/program.ts'

const tailrace = usePrograms()
/** What a test has opened, to be closed in any case. */
const onEnd = useOnEnd()

const TOKEN = 'a-token-of-24-characters'

/** The processes of the workers that serve, by their numbers. */
function pidsOf(program: Program): Map<number, number> {
  const served = logged(program).filter(({ msg }) => msg === 'A worker serves')
  return new Map(served.map(({ worker, pid }) => [Number(worker), Number(pid)]))
}

/** What was logged about the ends of workers. */
function endsOf(program: Program): { level: string; [field: string]: unknown }[] {
  return logged(program).filter(({ msg }) => msg.startsWith('A worker has ended'))
}

/** Has a worker end without a word, and waits for the next one in its place. */
async function killWorker(program: Program, worker: number): Promise<void> {
  const pid = pidsOf(program).get(worker) ?? 0
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(pidsOf(program).get(worker)).not.toBe(pid), { interval: 20 })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function get(url: string | URL, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  // each by a connection of its own, so that workers take turns
  const response = await fetch(url, { headers: { connection: 'close', ...headers } })
  return { status: response.status, text: await response.text() }
}

function valueOf(text: string, series: string): number {
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')[1] ?? NaN,
  )
}

async function openSubscribers(graphqlUrl: string, count: number, db: string): Promise<RawSubscriber[]> {
  const subscribers = await Promise.all(Array.from({ length: count }, () => openRawSubscriber(graphqlUrl)))
  onEnd(() => subscribers.forEach((subscriber) => subscriber.close()))
  for (const subscriber of subscribers) {
    subscriber.subscribe('1', `subscription { changes(db: "${db}", coll: "c", announceStart: true) { operationType } }`)
  }
  await vi.waitFor(() => {
    for (const { received } of subscribers) expect(received.get('1')).toHaveLength(1)
  })
  return subscribers
}

describe('tailrace with workers', () => {
  it('serves one port with several of them, and tells the metrics of all as of one', async () => {
    const deployment = await openDeployment()
    onEnd(() => deployment.stop())
    const db = deployment.newDb()
    const args = ['--workers', '3', '--port', '0', '--mongo', deployment.uri, '--ns', `${db}.c`]
    const program = tailrace([...args, '--metrics-port', '0', '--metrics-token', TOKEN])
    const metricsUrl = await address(program, 'Metrics')
    const graphqlUrl = await address(program, 'GraphiQL')
    expect(program.stdout().trim().split('\n')).toHaveLength(3)
    expect(new Set(pidsOf(program).values()).size).toBe(3)

    const subscribers = await openSubscribers(graphqlUrl, 9, db)
    await deployment.client.db(db).collection('c').insertOne({})
    await vi.waitFor(() => {
      for (const { received } of subscribers) expect(received.get('1')).toHaveLength(2)
    })
    const own = await get(new URL('/metrics', graphqlUrl), { authorization: `Bearer ${TOKEN}` })
    for (const { status, text } of [own, await get(metricsUrl)]) {
      expect(status).toBe(200)
      expect(valueOf(text, 'tailrace_subscriptions')).toBe(9)
      expect(valueOf(text, 'tailrace_connections{transport="websocket"}')).toBe(9)
      // with the starts that were announced
      expect(valueOf(text, 'tailrace_deliveries_total')).toBe(18)
      // each worker that serves somebody reads the change on its own
      expect(valueOf(text, 'tailrace_events_total')).toBe(3)
      expect(valueOf(text, 'tailrace_ready')).toBe(1)
      expect(valueOf(text, 'tailrace_workers')).toBe(3)
      expect(valueOf(text, 'tailrace_build_info{version="0.1.0"}')).toBe(1)
    }
    expect((await get(new URL('/metrics', graphqlUrl))).status).toBe(401)
    expect(await get(new URL('/readyz', metricsUrl))).toEqual({ status: 200, text: 'ready\n' })
    expect(await get(new URL('/readyz', graphqlUrl))).toEqual({ status: 200, text: 'ready\n' })

    await killWorker(program, 2)
    const { text } = await get(metricsUrl)
    expect(valueOf(text, 'tailrace_worker_ends_total')).toBe(1)
    expect(valueOf(text, 'tailrace_deliveries_total')).toBe(18)
  })

  it('replaces workers that are killed, and their clients continue without a loss or a repetition', async () => {
    const deployment = await openDeployment()
    onEnd(() => deployment.stop())
    const db = deployment.newDb()
    const program = tailrace(['--workers', '2', '--port', '0', '--mongo', deployment.uri, '--ns', `${db}.orders`])
    const url = await address(program, 'Live page')
    const { operationTime } = await deployment.client.db('admin').command({ ping: 1 })
    const start = { $timestamp: { t: operationTime.t, i: operationTime.i + 1 } }
    const stop = new AbortController()
    onEnd(() => stop.abort())
    const { records, ended } = startClients({ url, db, start, signal: stop.signal })
    const stopWriting = startWriter(deployment.client.db(db).collection('orders'))
    const everybodyHas = (count: number) =>
      vi.waitFor(() => expect(Math.min(...records.map(({ numbers }) => numbers.length))).toBeGreaterThan(count), {
        interval: 20,
      })
    await everybodyHas(20)
    for (const worker of [1, 2]) {
      await killWorker(program, worker)
      await everybodyHas(Math.max(...records.map(({ numbers }) => numbers.length)) + 20)
    }
    const count = await stopWriting()
    await everybodyHas(count - 1)
    stop.abort()
    await ended

    const all = Array.from({ length: count }, (_, n) => n)
    for (const { numbers, interruptions } of records) {
      expect(numbers).toEqual(all)
      expect(interruptions).toBeGreaterThan(0)
    }
    expect(endsOf(program)).toEqual(
      [1, 2].map((worker) => expect.objectContaining({ level: 'warn', worker, reason: 'Killed by SIGKILL' })),
    )
  })

  it('tells all subscribers when it is stopped, and leaves no process', async () => {
    const program = tailrace(['--workers', '2', '--port', '0'])
    const graphqlUrl = await address(program, 'GraphiQL')
    await address(program, 'MongoDB')
    const subscribers = await openSubscribers(graphqlUrl, 6, 'test')
    const pids = [...pidsOf(program).values()]
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    for (const { errors } of subscribers) expect(JSON.stringify(errors.get('1'))).toContain('SHUTTING_DOWN')
    expect(pids.filter(isAlive)).toEqual([])
    const messages = logged(program).map(({ worker, msg }) => `${String(worker ?? '')} ${msg}`)
    for (const message of ['1 Stopped', '2 Stopped', ' All workers serve']) {
      expect(messages.filter((one) => one === message)).toHaveLength(1)
    }
    expect(endsOf(program)).toEqual([])
  })

  it('stops while its workers are starting', async () => {
    const program = tailrace(['--workers', '3', '--port', '0'])
    // the others begin now
    await vi.waitFor(() => expect(program.stderr()).toContain('A worker serves'), { interval: 1 })
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect([...pidsOf(program).values()].filter(isAlive)).toEqual([])
    expect(program.stdout()).toBe('')
  })

  it('ends at once at a second signal, with its workers', async () => {
    const program = tailrace(['--workers', '2', '--port', '0', '--drain-delay', '10m'])
    await address(program, 'Live page')
    const pids = [...pidsOf(program).values()]
    program.child.kill('SIGINT')
    await vi.waitFor(() => expect(program.stderr()).toContain('Draining'))
    // what comes at once is the same signal, passed on by npm
    const again = setInterval(() => program.child.kill('SIGINT'), 100)
    expect(await program.exited).toBe(1)
    clearInterval(again)
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]))
  })

  it('takes its workers with it when it is killed itself', async () => {
    const program = tailrace(['--workers', '2', '--port', '0'])
    await address(program, 'Live page')
    const pids = [...pidsOf(program).values()]
    program.child.kill('SIGKILL')
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]))
  })

  it('has one embedded engine, in which every worker reads and writes', async () => {
    const program = tailrace(['--workers', '2', '--port', '0'])
    const graphqlUrl = await address(program, 'GraphiQL')
    const client = new MongoClient(await address(program, 'MongoDB'))
    onEnd(() => client.close())
    const subscribers = await openSubscribers(graphqlUrl, 4, 'test')
    const documents = ['{"_id": {"$numberLong": "9007199254740993"}}', '{"_id": "b"}', '{"_id": "c"}', '{"_id": "d"}']
    const query = 'mutation ($document: EJSON!) { insertOne(db: "test", coll: "c", document: $document) }'
    for (const document of documents) {
      const body = JSON.stringify({ query, variables: { document } })
      const headers = { 'content-type': 'application/json', connection: 'close' }
      const response = await fetch(graphqlUrl, { method: 'POST', headers, body })
      expect(await response.json()).not.toHaveProperty('errors')
    }
    await vi.waitFor(() => {
      for (const { received } of subscribers) expect(received.get('1')).toHaveLength(1 + documents.length)
    })
    expect(await client.db('test').collection('c').countDocuments()).toBe(documents.length)
  })

  it('keeps its port and its configuration when all workers end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tailrace-workers-'))
    onEnd(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'config.json')
    writeFileSync(path, JSON.stringify({ workers: 2, namespace: 'a.b' }))
    const program = tailrace(['--config', path, '--port', '0'])
    const graphqlUrl = await address(program, 'GraphiQL')
    writeFileSync(path, 'no JSON')
    const pids = [...pidsOf(program).values()]
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await vi.waitFor(() => expect(pidsOf(program).size + endsOf(program).length).toBe(4))
    await vi.waitFor(() => {
      const served = logged(program).filter(({ msg }) => msg === 'A worker serves')
      expect(served).toHaveLength(4)
    })
    for (let asked = 0; asked < 4; asked++) {
      const response = await fetch(graphqlUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: '{"query":"{ relay { defaultNamespace { db coll } } }"}',
      })
      expect(await response.json()).toEqual({ data: { relay: { defaultNamespace: { db: 'a', coll: 'b' } } } })
    }
  })

  it('holds all workers together to limits that are set', async () => {
    const args = ['--workers', '2', '--port', '0', '--max-connections', '5']
    const program = tailrace([...args, '--max-subscriptions-per-principal', '4', '--headers-timeout', '10m'])
    const graphqlUrl = await address(program, 'GraphiQL')
    const subscribers = await openSubscribers(graphqlUrl, 4, 'test')
    for (const subscriber of subscribers) {
      for (const id of ['2', '3'])
        subscriber.subscribe(id, 'subscription { changes(db: "test", coll: "c") { operationType } }')
    }
    // four are there already
    await vi.waitFor(() => {
      for (const { errors } of subscribers) {
        for (const id of ['2', '3']) expect([...errors.keys()]).toContain(id)
        expect(JSON.stringify(errors.get('3'))).toContain('LIMIT_EXCEEDED')
      }
    })
    // a worker has two or three connections and 64 more that get an answer; the rest is cut off, by both
    const { hostname, port } = new URL(graphqlUrl)
    const sockets: Socket[] = []
    onEnd(() => sockets.forEach((socket) => socket.destroy()))
    let closed = 0
    for (let count = 0; count < 200; count++) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => 'cut off on purpose').on('close', () => closed++)
      sockets.push(socket)
    }
    await vi.waitFor(() => expect(closed).toBeGreaterThanOrEqual(4 + 200 - 5 - 2 * 64))
    const refused = await new Promise<string>((resolve) => {
      const open = sockets.filter((socket) => !socket.destroyed).at(-1)
      open?.once('data', (data) => resolve(String(data)))
      open?.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    })
    expect(refused).toMatch(/^HTTP\/1.1 503 /)
  })

  it.each([
    [['--workers', '0'], 2, 'Neither auto nor a whole number from 1 to 1024'],
    [['--workers', '-1'], 2, '--workers'],
    [['--workers', '1.5'], 2, 'Neither auto'],
    [['--workers', 'all'], 2, 'Neither auto'],
    [['--workers='], 2, 'Neither auto'],
    [['--workers', '9999'], 2, 'Neither auto'],
    [['--worker', '2'], 2, '--workers'],
    [['--workers', '4', '--max-connections', '3'], 2, '`maxConnections` is 3, which cannot be divided among 4 workers'],
    [['--workers', '2', '--host', '0.0.0.0'], 2, 'everybody who can reach it'],
    [['--workers', '2', '--mongo', 'mongodb://x/?tls=maybe'], 2, 'The MongoDB URI is not valid'],
    [['--check-config', '--workers', '4', '--max-catch-ups', '3'], 2, '`maxCatchUps` is 3'],
    [['worker', '--port', '0'], 2, '--workers'],
  ])('refuses %j with status %i and one line', async (args, status, text) => {
    const program = tailrace(args)
    expect(await program.exited).toBe(status)
    expect(program.stderr()).toMatch(/^tailrace: [^\n]+\n$/)
    expect(program.stderr()).toContain(text)
    expect(program.stdout()).toBe('')
  })

  it('says which port is in use as one process does', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // a server on TCP has such an address
    const { port } = server.address() as AddressInfo
    for (const flag of ['--port', '--metrics-port']) {
      const args = ['--workers', '2', '--log-level', 'error', '--mongo', 'mongodb://127.0.0.1:1', '--port', '0']
      const program = tailrace([...args, flag, String(port)])
      expect(await program.exited).toBe(1)
      expect(program.stderr()).toMatch(new RegExp(`^tailrace: Port ${port} is in use[^\\n]*\\n$`))
    }
    await new Promise((resolve) => server.close(resolve))
  })

  it('shows how many there are in its configuration', async () => {
    const printed = tailrace(['--print-config', '--json'], { TAILRACE_WORKERS: 'auto' })
    expect(await printed.exited).toBe(0)
    expect(JSON.parse(printed.stdout())).toMatchObject({ workers: { value: 'auto', from: 'TAILRACE_WORKERS' } })
    const checked = tailrace(['--check-config', '--workers', '3'])
    expect(await checked.exited).toBe(0)
    const help = tailrace(['--help', 'all'])
    expect(await help.exited).toBe(0)
    expect(help.stdout()).toContain('--workers <n|auto>')
  })
})
