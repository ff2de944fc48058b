import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Usage } from './child.ts'

/** A fresh process of a benchmark. */
export interface MeasuredProcess {
  /** Has it do something and gives the answer. */
  ask<T>(name: string, argument?: unknown): Promise<T>
  usage(collectGarbage?: boolean): Promise<Usage>
  stop(): Promise<void>
}

interface Reply {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}

/** Starts a file of this folder in a process of its own. */
export async function startProcess(file: string): Promise<MeasuredProcess> {
  const execArgv = ['--import', 'tsx', '--expose-gc']
  const child = fork(new URL(file, import.meta.url), { execArgv })
  const waiting = new Map<number, (reply: Reply) => void>()
  let lastId = 0
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply))
  child.on('exit', (code) => {
    for (const [id, settle] of waiting) settle({ id, error: `${file} ended with ${code}` })
  })

  async function ask<T>(name: string, argument?: unknown): Promise<T> {
    const id = ++lastId
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve)
      child.send({ id, name, argument })
    })
    waiting.delete(id)
    if (reply.error !== undefined) throw new Error(reply.error)
    // whoever asks knows what it is answered
    return reply.result as T
  }

  return {
    ask,
    usage: (collectGarbage = false) => ask<Usage>('usage', { collectGarbage }),
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
