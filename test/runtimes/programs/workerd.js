/** Runs a worker in workerd: `node workerd.js FILE`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Miniflare } from 'miniflare'
import { bundleWorker } from './bundle-worker.js'

// the settings that the documents give
const documents = await readFile(join(import.meta.dirname, '../../../docs/runtimes.md'), 'utf8')
const [, block] = /^```jsonc\n([^]*?)^```$/m.exec(documents)
const settings = JSON.parse(block.replaceAll(/,(?=\s*[}\]])/g, ''))

const folder = await mkdtemp(join(tmpdir(), 'tailrace-worker-'))
const path = join(folder, 'worker.mjs')
await bundleWorker(process.argv[2], path)
const workerd = new Miniflare({
  modules: [{ type: 'ESModule', path }],
  modulesRoot: folder,
  compatibilityDate: settings.compatibility_date,
  compatibilityFlags: settings.compatibility_flags,
  bindings: { MONGODB_URI: process.env.MONGODB_URI ?? '' },
  durableObjects: Object.fromEntries(
    settings.durable_objects.bindings.map(({ name, class_name: className }) => [name, className]),
  ),
  port: 0,
})
process.once('SIGTERM', async () => {
  await workerd.dispose()
  process.exit()
})
const { origin } = await workerd.ready
await rm(folder, { recursive: true })
console.log(origin)
