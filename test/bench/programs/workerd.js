/** Bundles a worker and runs it in workerd, both as `test/runtimes` does: `node workerd.js FILE`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorker } from '../../runtimes/programs/bundle-worker.js'

const folder = mkdtempSync(join(tmpdir(), 'tailrace-worker-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const bundle = join(folder, 'worker.js')
await bundleWorker(process.argv[2], bundle)
process.argv[2] = bundle
await import('../../runtimes/programs/workerd.js')
