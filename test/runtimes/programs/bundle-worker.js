/** Makes one file of a worker: `node bundle-worker.js FILE TO`. */
import { builtinModules } from 'node:module'
import { build } from 'esbuild'

/** What the driver would load if it was there. */
const OPTIONAL = [
  ...['kerberos', '@mongodb-js/zstd', 'snappy', 'mongodb-client-encryption'],
  ...['@aws-sdk/*', 'gcp-metadata', 'socks', 'aws4', 'cloudflare:*'],
]

const builtins = new Set(builtinModules)

/** Node's modules as workerd has them: to be imported, also where CommonJS requires them. */
const nodeModules = {
  name: 'node-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '')
      if (!builtins.has(name)) return undefined
      return kind === 'require-call' ? { path: name, namespace: 'required' } : { path: `node:${name}`, external: true }
    })
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `import all from 'node:${path}'; module.exports = all`,
    }))
  },
}

/** Makes one file of a worker and all that it imports. Gives its size in bytes. */
export async function bundleWorker(file, to) {
  const { metafile } = await build({
    entryPoints: [file],
    outfile: to,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    plugins: [nodeModules],
    external: OPTIONAL,
    metafile: true,
  })
  return Object.values(metafile.outputs)[0].bytes
}

if (process.argv[1] === import.meta.filename) await bundleWorker(process.argv[2], process.argv[3])
