/** Runs a worker in workerd: `node workerd.js FILE`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Miniflare } from 'miniflare'
import { bundleWorker } from './bundle-worker.js'

const folder = await mkdtemp(join(tmpdir(), 'tailrace-worker-'))
const path = join(folder, 'worker.mjs')
await bundleWorker(process.argv[2], path)
const workerd = new Miniflare({
  modules: [{ type: 'ESModule', path }],
  modulesRoot: folder,
  compatibilityDate: '2026-04-01',
  // without the latter two, an object never hears of clients that go away
  compatibilityFlags: ['nodejs_compat', 'enable_request_signal', 'request_signal_passthrough'],
  bindings: { MONGODB_URI: process.env.MONGODB_URI ?? '' },
  durableObjects: { RELAY: 'Relay' },
  port: 0,
})
process.once('SIGTERM', async () => {
  await workerd.dispose()
  process.exit()
})
const { origin } = await workerd.ready
await rm(folder, { recursive: true })
console.log(origin)
