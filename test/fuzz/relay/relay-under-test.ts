import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { MongoClient } from 'mongodb'
import type { RelayOptions } from '../../../src/relay/options.ts'
import { HOSTILE_DB } from './database.ts'
import type { RelayAddress, RelayState } from './relay-process.ts'

/** A relay in a process of its own, so that a crash, a hang and its memory can be seen from outside. */
export interface RelayUnderTest extends RelayAddress {
  readonly isAlive: boolean
  /** What it wrote to stderr: warnings, and why it died. */
  readonly errors: string
  /** What is open and how much memory is in use. @throws Error when the process died */
  state(): Promise<RelayState>
  stop(): Promise<void>
}

/** Starts one, on the deployment of `MONGODB_URI` where that is given. The caller stops it. */
export async function startRelayUnderTest(options: RelayOptions = {}): Promise<RelayUnderTest> {
  await dropWritten()
  const errors: string[] = []
  const child = fork(fileURLToPath(new URL('./relay-process.ts', import.meta.url)), [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx', '--expose-gc', '--unhandled-rejections=strict', '--max-old-space-size=512'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  child.stderr?.on('data', (chunk: Buffer) => errors.push(String(chunk)))
  const end = once(child, 'exit').then(() => {
    throw new Error(`The relay's process ended: ${child.exitCode ?? child.signalCode}\n${errors.join('')}`)
  })
  // whoever asks for something is told; a process that is stopped has nobody who asks
  end.catch(() => undefined)
  const isAlive = () => child.exitCode === null && child.signalCode === null
  // what relay-process.ts sends first
  const [address] = (await Promise.race([once(child, 'message'), end])) as [RelayAddress]
  return {
    ...address,
    get isAlive() {
      return isAlive()
    },
    get errors() {
      return errors.join('')
    },
    async state() {
      const answer = Promise.race([once(child, 'message'), end])
      child.send('state')
      // what relay-process.ts sends
      return ((await answer) as [RelayState])[0]
    },
    async stop() {
      if (isAlive()) {
        child.kill('SIGKILL')
        await end.catch(() => undefined)
      }
      await dropWritten()
    },
  }
}

// an embedded engine is gone with its process; what a deployment keeps would be there for the next
async function dropWritten(): Promise<void> {
  const given = process.env['MONGODB_URI']
  if (!given) return
  const client = new MongoClient(given)
  await client.db(HOSTILE_DB).dropDatabase()
  await client.close()
}
