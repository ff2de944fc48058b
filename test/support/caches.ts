import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { isInstalled, PROGRAM_ENV } from './programs.ts'

/** A cache in front of a server. */
export interface Cache {
  readonly url: string
  stop(): Promise<void>
}

/** What can be a cache, where it is installed. */
export interface CacheProgram {
  readonly name: string
  readonly isInstalled: boolean
  /** Starts it before a server, at a free port, with what `docs/log.md` says. */
  start(origin: string): Promise<Cache>
}

/** Varnish as it comes, which compiles its configuration. */
const VARNISH: CacheProgram = {
  name: 'Varnish',
  isInstalled: isInstalled('varnishd') && isInstalled('cc'),
  start: (origin) =>
    startProgram('varnishd', async (folder, port) => {
      const { hostname, port: asked } = new URL(origin)
      const backend = `backend default { .host = "${hostname}"; .port = "${asked}"; .first_byte_timeout = 60s; }`
      const vcl = join(folder, 'default.vcl')
      await writeFile(vcl, `vcl 4.1;\n${backend}\n`)
      const work = ['-F', '-n', join(folder, 'work'), '-j', 'none']
      // a connection that it closes while a request is on its way fails that: browsers ask again, and Node does not
      const patience = ['-p', 'timeout_idle=600']
      return [...work, ...patience, '-a', `127.0.0.1:${port}`, '-f', vcl, '-s', 'malloc,64m']
    }),
}

/** What nginx needs to be told to be a cache. */
const NGINX: CacheProgram = {
  name: 'nginx',
  isInstalled: isInstalled('nginx'),
  start: (origin) =>
    startProgram('nginx', async (folder, port) => {
      const conf = join(folder, 'nginx.conf')
      const temporary = ['client_body', 'fastcgi', 'uwsgi', 'scgi', 'proxy']
      await writeFile(
        conf,
        `daemon off; user ${userInfo().username}; pid ${folder}/pid; error_log stderr; worker_rlimit_nofile 8192; events { worker_connections 4096; }
        http {
          access_log off;
          ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
          proxy_cache_path ${folder}/cache keys_zone=streams:10m;
          server {
            listen 127.0.0.1:${port} backlog=4096;
            location / {
              proxy_pass ${origin.replace(/\/$/, '')};
              proxy_cache streams;
              proxy_cache_key $request_uri;
              proxy_cache_lock on;
              proxy_cache_lock_age 60s;
              proxy_cache_lock_timeout 60s;
              proxy_read_timeout 60s;
            }
          }
        }`,
      )
      return ['-c', conf, '-p', folder]
    }),
}

/** All that is known here. */
export const CACHES: readonly CacheProgram[] = [VARNISH, NGINX]

async function startProgram(
  program: string,
  prepare: (folder: string, port: number) => Promise<string[]>,
): Promise<Cache> {
  const folder = await mkdtemp(join(tmpdir(), 'cache-'))
  const port = await freePort()
  const started = spawn(program, await prepare(folder, port), { stdio: ['ignore', 'ignore', 'pipe'], env: PROGRAM_ENV })
  let told = ''
  started.stderr.on('data', (chunk) => (told += String(chunk)))
  const url = `http://127.0.0.1:${port}/`
  await vi.waitFor(
    async () => {
      if (started.exitCode !== null) throw new Error(`${program} ended: ${told}`)
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
