import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import type { FeedStats } from '../../src/relay/feed/stats.ts'
import type { AdapterUnderTest } from '../adapters/adapter-suite.ts'
import type { MountUnderTest } from '../adapters/mount-suite.ts'

const HERE = import.meta.dirname

/** How programs are run, by runtime. npm runs no scripts, and so the programs are where they were packed. */
const COMMANDS = {
  bun: [join(HERE, 'node_modules/bun/bin/bun.exe')],
  deno: [join(HERE, 'node_modules/deno', process.platform === 'win32' ? 'deno.exe' : 'deno'), 'run', '-A'],
  node: [process.execPath],
  workerd: [process.execPath, join(HERE, 'programs/workerd.js')],
} as const satisfies Record<string, readonly string[]>

/** What workerd says by itself of clients that go away. */
const OF_CLIENTS_GONE = /^workerd\/server\/.*disconnected: .*\n(stack: .*\n)?/gm

/** What can run a program. */
export type Runtime = keyof typeof COMMANDS

/** A program that serves something. */
export interface Served {
  /** What it has printed first. */
  readonly origin: string
  /** What it has complained of so far. */
  complaints(): string
  /** The memory of its processes, in bytes; `undefined` where the system does not say. */
  memoryBytes(): number | undefined
  stop(): Promise<void>
}

/**
 * Runs a program of this folder that prints its origin when it can be asked, and ends at SIGTERM.
 *
 * @throws Error when it ends before
 */
export async function serve(runtime: Runtime, program: string, env: Record<string, string>): Promise<Served> {
  const [command, ...args] = COMMANDS[runtime]
  const child = spawn(command, [...args, program], {
    cwd: HERE,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (piece) => (complaints += String(piece)))
  const exited = once(child, 'close')
  const stop = async () => {
    child.kill()
    await exited
  }
  const [origin] = await Promise.race([once(createInterface(child.stdout), 'line'), exited])
  if (typeof origin !== 'string') throw new Error(`${runtime} ended: ${complaints}`)
  return { origin, complaints: () => complaints, memoryBytes: () => memoryOf(child.pid ?? 0), stop }
}

/** Gives what starts a relay in a runtime, which is to have nothing to complain of until it is stopped. */
export function relayIn(runtime: Runtime, program: string): (mongoUri: string) => Promise<AdapterUnderTest> {
  return async (mongoUri) => {
    const served = await serve(runtime, resolve(HERE, 'programs', program), { MONGODB_URI: mongoUri })
    const { origin, complaints, memoryBytes } = served
    let stopped: Promise<void> | undefined
    return {
      graphqlUrl: `${origin}/graphql`,
      memoryBytes,
      async subscribers() {
        const response = await fetch(`${origin}/control/stats`)
        return ((await response.json()) as Partial<FeedStats>).subscribers
      },
      stopRelay: async () => expect(await (await fetch(`${origin}/control/stop`)).text()).toBe('stopped'),
      stop: () => (stopped ??= end()),
    }

    async function end(): Promise<void> {
      await fetch(`${origin}/control/stop`)
      await served.stop()
      expect(complaints().replaceAll(OF_CLIENTS_GONE, '')).toBe('')
    }
  }
}

/** Gives what starts somebody's server with a relay in a runtime. */
export function mountIn(runtime: Runtime, program: string): (mongoUri: string) => Promise<MountUnderTest> {
  return async (mongoUri) => {
    const served = await serve(runtime, join('programs', program), { MONGODB_URI: mongoUri })
    const [origin = '', control = ''] = served.origin.split(' ')
    return {
      origin,
      subscribers: async () => ((await (await fetch(control)).json()) as Partial<FeedStats>).subscribers,
      stopRelay: async () => void (await fetch(`${control}/stop`)),
      async stop() {
        await served.stop()
        expect(served.complaints()).toBe('')
      },
    }
  }
}

/** What a process and those that it has started take, in bytes, where the system tells that by files. */
function memoryOf(pid: number): number | undefined {
  try {
    const [, kibibytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return Number(kibibytes) * 1024 + children.reduce((sum, child) => sum + (memoryOf(Number(child)) ?? 0), 0)
  } catch {
    return undefined
  }
}
