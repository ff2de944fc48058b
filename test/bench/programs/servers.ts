import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A program that prints the address it listens on. */
export interface BenchProgram {
  readonly label: string
  readonly command: readonly string[]
}

const HERE = import.meta.dirname
const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url))
const RUNTIMES = fileURLToPath(new URL('../../runtimes/node_modules/', import.meta.url))
const BUN = join(RUNTIMES, 'bun/bin/bun.exe')
const DENO = join(RUNTIMES, 'deno/deno')

/** What is compared; Bun and Deno where the packages of `test/runtimes` are installed. */
export const COLD_STARTS: readonly BenchProgram[] = [
  { label: 'Yoga, with the driver in a resolver', command: [process.execPath, join(HERE, 'yoga.js')] },
  {
    label: '`tailrace/bundled/node`',
    command: [process.execPath, join(HERE, 'node.js'), join(DIST, 'bundled/node.js')],
  },
  {
    label: '`tailrace/node`',
    command: [process.execPath, join(HERE, 'node.js'), join(DIST, 'adapters/node/node-handler.js')],
  },
  { label: '`tailrace`, the program', command: [process.execPath, join(DIST, 'main.js'), '--port', '0'] },
  { label: '`tailrace/bundled/bun`', command: [BUN, join(HERE, 'bun.js'), join(DIST, 'bundled/bun.js')] },
  {
    label: '`tailrace/bundled/deno`',
    command: [DENO, 'run', '-A', join(HERE, 'deno.js'), join(DIST, 'bundled/deno.js')],
  },
].filter(isThere)

/** The same relay in each runtime, over WebSocket, too. */
export const RUNTIME_PROGRAMS: readonly BenchProgram[] = [
  { label: 'Node', command: [process.execPath, join(HERE, 'node.js'), join(DIST, 'bundled/node.js')] },
  { label: 'Bun', command: [BUN, join(HERE, 'bun.js'), join(DIST, 'bundled/bun.js')] },
  { label: 'Deno', command: [DENO, 'run', '-A', join(HERE, 'deno.js'), join(DIST, 'bundled/deno.js')] },
  { label: 'workerd', command: [process.execPath, join(HERE, 'workerd.js'), join(HERE, 'worker.js')] },
].filter(isThere)

function isThere({ label, command: [program = ''] }: BenchProgram): boolean {
  return existsSync(label === 'workerd' ? join(RUNTIMES, 'miniflare') : program)
}
