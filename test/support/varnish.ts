import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'

/** A cache in front of a server. */
export interface Cache {
  readonly url: string
  stop(): Promise<void>
}

/** Whether `varnishd` is installed, and what it compiles its configuration with. */
export const hasVarnish = ['varnishd', 'cc'].every((program) => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

/** Starts a stock Varnish before a server, at a free port. */
export async function startVarnish(origin: string): Promise<Cache> {
  const { hostname, port } = new URL(origin)
  const folder = await mkdtemp(join(tmpdir(), 'varnish-'))
  const vcl = join(folder, 'default.vcl')
  const backend = `backend default { .host = "${hostname}"; .port = "${port}"; .first_byte_timeout = 60s; }`
  await writeFile(vcl, `vcl 4.1;\n${backend}\n`)
  const own = await freePort()
  const args = ['-F', '-n', join(folder, 'work'), '-a', `127.0.0.1:${own}`, '-f', vcl, '-s', 'malloc,64m']
  const started = spawn('varnishd', [...args, '-j', 'none'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let told = ''
  started.stderr.on('data', (chunk) => (told += String(chunk)))
  const url = `http://127.0.0.1:${own}/`
  await vi.waitFor(
    async () => {
      if (started.exitCode !== null) throw new Error(`varnishd ended: ${told}`)
      await (await fetch(`${url}healthz`)).text()
    },
    { timeout: 30_000 },
  )
  return {
    url,
    async stop() {
      if (started.exitCode === null) {
        const over = once(started, 'exit')
        started.kill()
        await over
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
