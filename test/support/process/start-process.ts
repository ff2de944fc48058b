import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Request, Usage } from './serve-parent.ts'

/** A process of a test's own, so that its end, its CPU and its memory can be seen from outside. */
export interface TestProcess {
  readonly isAlive: boolean
  /** What it wrote to stderr: warnings, and why it died. */
  readonly errors: string
  /** Has it do something and gives the answer. @throws Error when it cannot, or the process ends */
  ask<T>(name: string, argument?: unknown): Promise<T>
  usage(collectGarbage?: boolean): Promise<Usage>
  /** Stops it where it is, until {@link TestProcess.thaw}. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

interface Reply {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}

/**
 * Starts a file that calls `serveParent`, or a bundle of one, in a process of its own. It ends with this one, and at an
 * unhandled rejection.
 *
 * @param heapMib the most that its heap may take
 */
export function startProcess(file: URL, heapMib?: number): TestProcess {
  const child = fork(fileURLToPath(file), {
    execArgv: [
      ...(file.pathname.endsWith('.ts') ? ['--import', 'tsx'] : []),
      ...['--expose-gc', '--unhandled-rejections=strict'],
      ...(heapMib === undefined ? [] : [`--max-old-space-size=${heapMib}`]),
    ],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk) => (errors += String(chunk)))
  const waiting = new Map<number, (reply: Reply) => void>()
  let lastId = 0
  const isAlive = () => child.exitCode === null && child.signalCode === null
  const end = () => `${fileURLToPath(file)} ended with ${child.exitCode ?? child.signalCode}\n${errors}`
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply))
  child.on('close', () => {
    for (const [id, settle] of waiting) settle({ id, error: end() })
  })

  async function ask<T>(name: string, argument?: unknown): Promise<T> {
    if (!isAlive()) throw new Error(end())
    const id = ++lastId
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve)
      child.send({ id, name, argument } satisfies Request, () => 'its end is noticed above')
    })
    waiting.delete(id)
    if (reply.error !== undefined) throw new Error(reply.error)
    // the two files agree on what is answered
    return reply.result as T
  }

  return {
    get isAlive() {
      return isAlive()
    },
    get errors() {
      return errors
    },
    ask,
    usage: (collectGarbage = false) => ask<Usage>('usage', { collectGarbage }),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      if (!isAlive()) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
