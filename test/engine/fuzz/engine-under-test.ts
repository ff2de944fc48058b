import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { EngineState } from './engine-process.ts'

/** An engine in a process of its own, so that a crash, a hang and its memory can be seen from outside. */
export class EngineUnderTest {
  readonly host: string
  readonly port: number
  readonly #process: ChildProcess
  readonly #errors: string[]

  private constructor(child: ChildProcess, errors: string[], at: { host: string; port: number }) {
    this.#process = child
    this.#errors = errors
    this.host = at.host
    this.port = at.port
  }

  /** Starts one. The caller stops it. */
  static async start(): Promise<EngineUnderTest> {
    const errors: string[] = []
    const child = fork(fileURLToPath(new URL('./engine-process.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx', '--expose-gc', '--unhandled-rejections=strict', '--max-old-space-size=2048'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
    const [at] = (await Promise.race([once(child, 'message'), exited(child, errors)])) as [
      { host: string; port: number },
    ]
    return new EngineUnderTest(child, errors, at)
  }

  /** What it wrote to stderr: warnings, and why it died. */
  get errors(): string {
    return this.#errors.join('')
  }

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** What is open and how much memory is in use. @throws Error when the process died */
  async state(): Promise<EngineState> {
    const answer = Promise.race([once(this.#process, 'message'), exited(this.#process, this.#errors)])
    this.#process.send('state')
    // what engine-process.ts sends
    return ((await answer) as [EngineState])[0]
  }

  async stop(): Promise<void> {
    if (!this.isAlive) return
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await gone
  }
}

async function exited(child: ChildProcess, errors: readonly string[]): Promise<never> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  throw new Error(`The engine's process ended: ${child.exitCode ?? child.signalCode}\n${errors.join('')}`)
}
