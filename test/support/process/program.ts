import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { afterEach, expect, vi } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../..')

/** The program at work, or what it has left. */
export interface Program {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  /** The exit status; `null` when a signal ended it. */
  readonly exited: Promise<number | null>
}

/** Open files that take the place of pipes to the test. */
export interface Outputs {
  readonly stdout?: number
  readonly stderr?: number
}

/**
 * Gives a function that runs `tailrace`, without what the tests' own environment says; killed after the test.
 *
 * @param command what Node is given before the arguments; default: the program as `npm run build` has made it
 */
export function usePrograms(
  command: readonly string[] = ['dist/main.js'],
): (args: string[], env?: Record<string, string>, outputs?: Outputs) => Program {
  const programs: Program[] = []
  afterEach(async () => {
    for (const { child, exited } of programs.splice(0)) {
      child.kill('SIGKILL')
      await exited
    }
  })
  return (args, env = {}, outputs = {}) => {
    const program = start([...command, ...args], env, outputs)
    programs.push(program)
    return program
  }
}

function start(args: string[], env: Record<string, string>, outputs: Outputs): Program {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', outputs.stdout ?? 'pipe', outputs.stderr ?? 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)))
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    exited: once(child, 'close').then(([code]: (number | null)[]) => code ?? null),
  }
}

/** What is logged, an entry a line. */
export function logged(program: Program): { level: string; msg: string; [field: string]: unknown }[] {
  return program
    .stderr()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** The address that a line of this label tells; fails at once when the program ends without it. */
export async function address(program: Program, label: string): Promise<string> {
  const line = new RegExp(`^${label} +(\\S+)$`, 'm')
  const told = vi.waitFor(() => expect(program.stdout()).toMatch(line), { interval: 20 })
  const ended = program.exited.then((status) => Promise.reject(new Error(`Ended with ${status}: ${program.stderr()}`)))
  await Promise.race([told, ended])
  return line.exec(program.stdout())?.[1] ?? ''
}
