/** Runs a worker that was bundled in workerd: `node workerd.js FILE`. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Miniflare } from 'miniflare'

// the settings that the documents give
const documents = await readFile(join(import.meta.dirname, '../../../docs/runtimes.md'), 'utf8')
const [, block] = /^```jsonc\n([^]*?)^```$/m.exec(documents)
const settings = JSON.parse(block.replaceAll(/,(?=\s*[}\]])/g, ''))

const [, , path] = process.argv
const workerd = new Miniflare({
  modules: [{ type: 'ESModule', path }],
  modulesRoot: dirname(path),
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
console.log(origin)
