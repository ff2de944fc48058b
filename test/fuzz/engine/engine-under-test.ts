import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { EngineState, EngineWork } from './engine-process.ts'

/** An engine in a process of its own, so that a crash, a hang and its memory can be seen from outside. */
export class EngineUnderTest {
  readonly host: string
  readonly port: number
  readonly #process: ChildProcess
  readonly #errors: string[]
  /** Rejects when the process ends. */
  readonly #end: Promise<never>

  private constructor(child: ChildProcess, errors: string[], end: Promise<never>, at: { host: string; port: number }) {
    this.#process = child
    this.#errors = errors
    this.#end = end
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
    const end = ended(child, errors)
    // whoever asks for something is told; a process that is stopped has nobody who asks
    end.catch(() => undefined)
    // what engine-process.ts sends first
    const [at] = (await Promise.race([once(child, 'message'), end])) as [{ host: string; port: number }]
    return new EngineUnderTest(child, errors, end, at)
  }

  /** What it wrote to stderr: warnings, and why it died. */
  get errors(): string {
    return this.#errors.join('')
  }

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** What is open and how much memory is in use. @throws Error when the process died */
  state(): Promise<EngineState> {
    // what engine-process.ts sends
    return this.#ask('state') as Promise<EngineState>
  }

  /** What it has done so far. @throws Error when the process died */
  work(): Promise<EngineWork> {
    // what engine-process.ts sends
    return this.#ask('work') as Promise<EngineWork>
  }

  async #ask(what: 'state' | 'work'): Promise<unknown> {
    const answer = Promise.race([once(this.#process, 'message'), this.#end])
    this.#process.send(what)
    return ((await answer) as unknown[])[0]
  }

  async stop(): Promise<void> {
    if (!this.isAlive) return
    this.#process.kill('SIGKILL')
    await this.#end.catch(() => undefined)
  }
}

async function ended(child: ChildProcess, errors: readonly string[]): Promise<never> {
  await once(child, 'exit')
  throw new Error(`The engine's process ended: ${child.exitCode ?? child.signalCode}\n${errors.join('')}`)
}
