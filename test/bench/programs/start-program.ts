import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type ProcessCost, processCost } from './process-cost.ts'

/** A program that listens. */
export interface RunningProgram {
  readonly origin: string
  cost(): ProcessCost
  stop(): Promise<void>
}

/** Starts a program that serves the changes of a deployment, and prints the address that it listens on. */
export async function startProgram([program = '', ...args]: readonly string[], uri: string): Promise<RunningProgram> {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], MONGODB_URI: uri },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill()
    await exited
  }
  // all of it is read, also what comes later
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exited])
  const [origin] = /http:\/\/[\d.]+:\d+/.exec(String(line)) ?? []
  if (origin !== undefined) return { origin, cost: () => processCost(child.pid ?? 0), stop }
  await stop()
  throw new Error(`${program} does not say where it listens`)
}
