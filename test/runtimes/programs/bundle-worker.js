/** Makes one file of a worker: `node bundle-worker.js FILE TO`. */
import { build } from 'esbuild'
import { importBuiltins, OPTIONAL } from '../../../bundle.js'

/** Makes one file of a worker and all that it imports. Gives its size in bytes. */
export async function bundleWorker(file, to) {
  const { metafile } = await build({
    entryPoints: [file],
    outfile: to,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    plugins: [importBuiltins],
    external: [...OPTIONAL, 'cloudflare:*'],
    metafile: true,
  })
  return Object.values(metafile.outputs)[0].bytes
}

if (process.argv[1] === import.meta.filename) await bundleWorker(process.argv[2], process.argv[3])
