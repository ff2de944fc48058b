import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isInstalled, PROGRAM_ENV } from './programs.ts'

/** A NATS server with JetStream, in a process and a folder of its own. */
export interface NatsServer {
  /** Such as `nats://127.0.0.1:4222`; the same after a restart. */
  readonly url: string
  /** The same alone. */
  readonly urls: readonly string[]
  readonly pid: number
  /** Where leaf nodes connect, if its configuration says so; another one after a restart. */
  readonly leafPort: number
  /** Where servers of its cluster connect, if its configuration says so; another one after a restart. */
  readonly routePort: number
  /** Stops it where it is, until {@link NatsServer.thaw}. */
  freeze(): void
  thaw(): void
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>
  /** Ends it in order, as for an update. */
  shutDown(): Promise<void>
  /** Starts it again, on the same port. */
  restart(): Promise<void>
  /** Copies what it has stored; it must not be running. Gives what puts that back. */
  snapshot(): Promise<() => Promise<void>>
  stop(): Promise<void>
}

/** What else its configuration says. */
export interface NatsServerOptions {
  /** Lines of its configuration file. */
  readonly config?: string
  /** What its environment has besides. */
  readonly env?: Record<string, string>
  /** The name of its JetStream, where several servers have one each. */
  readonly domain?: string
}

/** Whether a NATS server is installed. */
export const hasNatsServer = isInstalled('nats-server')

/** What says that something cannot be done without one. */
export const NO_NATS_SERVER = 'nats-server is not installed (apt-get install nats-server)'

/** Starts a server on a free port. */
export async function startNatsServer({ config = '', domain, env = {} }: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tailrace-nats-'))
  const store = join(folder, 'store')
  let port = -1
  let leafPort = -1
  let routePort = -1
  let child = await start()

  const url = () => `nats://127.0.0.1:${port}`
  return {
    get url() {
      return url()
    },
    get urls() {
      return [url()]
    },
    get pid() {
      return child.pid ?? 0
    },
    get leafPort() {
      return leafPort
    },
    get routePort() {
      return routePort
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    shutDown: () => end('SIGTERM'),
    async restart() {
      child = await start()
    },
    async snapshot() {
      const copy = join(folder, `copy-${Date.now()}`)
      await cp(store, copy, { recursive: true })
      return async () => {
        await rm(store, { recursive: true })
        await cp(copy, store, { recursive: true })
      }
    },
    async stop() {
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }

  async function start(): Promise<ChildProcess> {
    const file = join(folder, 'nats.conf')
    await writeFile(
      file,
      `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${store}"${domain === undefined ? '' : `, domain: ${domain}`} }\n${config}\n`,
    )
    const started = spawn('nats-server', ['-c', file], {
      env: { ...PROGRAM_ENV, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let text = ''
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject)
      started.once('exit', () => reject(new Error(`nats-server ended: ${text}`)))
      started.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        const portOf = (what: string) =>
          Number(new RegExp(`Listening for ${what} connections on .*:(\\d+)\n`).exec(text)?.[1] ?? -1)
        leafPort = portOf('leafnode')
        routePort = portOf('route')
        const isWhole = routePort !== -1 || !/^cluster /m.test(config)
        if (portOf('client') === -1 || !isWhole || !text.includes('Server is ready')) return
        port = portOf('client')
        resolve()
      })
    })
    started.stderr.removeAllListeners('data').resume()
    return started
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    // one that was frozen does not end
    child.kill('SIGCONT')
    child.kill(signal)
    await ended
  }
}
