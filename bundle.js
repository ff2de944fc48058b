/**
 * Bundles the program and the adapters with all that they need: `node bundle.js`. The program becomes `dist/main.js`, the
 * adapters `dist/bundled/*.js`; they share chunks. Loading takes half the time that it takes file by file.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'

const ROOT = import.meta.dirname

/** What the driver loads where it is installed. */
export const OPTIONAL = [
  ...['kerberos', '@mongodb-js/zstd', 'snappy', 'mongodb-client-encryption'],
  ...['@aws-sdk/credential-providers', 'gcp-metadata', 'socks', 'aws4'],
]

const builtins = new Set(builtinModules)

/**
 * Has CommonJS get Node's modules by `import`. Then nothing needs `require` but what is optional, and the bundle also
 * runs, or can be bundled again, where there is none.
 *
 * @type {import('esbuild').Plugin}
 */
export const importBuiltins = {
  name: 'import-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '')
      if (!builtins.has(name)) return undefined
      return kind === 'require-call' ? { path: name, namespace: 'builtin' } : { path: `node:${name}`, external: true }
    })
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `import all from 'node:${path}'; module.exports = all`,
    }))
  },
}

/**
 * Loads later, or once, what the driver loads at once, or twice: what prepares passwords costs 30 ms, and few URIs have
 * one; and `bson` is there for `import` already.
 *
 * @type {import('esbuild').Plugin}
 */
const lessOfTheDriver = {
  name: 'less-of-the-driver',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^bson$/ }, () => ({ path: join(ROOT, 'node_modules/bson/lib/bson.node.mjs') }))
    onResolve({ filter: /^@mongodb-js\/saslprep$/ }, ({ path, namespace, resolveDir }) =>
      namespace === 'on-demand' ? undefined : { path, namespace: 'on-demand', pluginData: resolveDir },
    )
    onLoad({ filter: /.*/, namespace: 'on-demand' }, ({ path, pluginData: resolveDir }) => ({
      contents: `exports.saslprep = (...given) => require('${path}')(...given)`,
      resolveDir,
    }))
  },
}

/** Finds what is optional, from where the bundle is installed. */
const REQUIRE = `import { createRequire } from 'node:module'
const require = import.meta.url ? createRequire(import.meta.url) : undefined`

if (process.argv[1] === import.meta.filename) await bundle()

async function bundle() {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: {
      main: 'src/main.ts',
      'bundled/handler': 'src/handler.ts',
      'bundled/node': 'src/adapters/node/node-handler.ts',
      'bundled/bun': 'src/adapters/bun.ts',
      'bundled/deno': 'src/adapters/deno.ts',
      'bundled/cloudflare': 'src/adapters/cloudflare.ts',
    },
    outdir: 'dist',
    // as deep as the sources: what finds the folder of the pages from where it is finds it from there
    chunkNames: 'bundled/chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [importBuiltins, lessOfTheDriver],
    external: OPTIONAL,
    banner: { js: REQUIRE },
    // the names in stack traces are those of the sources; shorter ones load no faster
    minify: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  await writeFile(join(ROOT, 'dist/bundled/LICENSES.txt'), await licences(filesIn(metafile)))
}

/** The files that something is left of. */
function filesIn({ outputs }) {
  const kept = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))
  return kept.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file)
}

/** The licences of the packages that files are of. */
async function licences(files) {
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))
  const texts = [...folders].sort().map(async (folder) => {
    const at = join(ROOT, folder)
    const { name, version, license, author } = JSON.parse(await readFile(join(at, 'package.json'), 'utf8'))
    const file = (await readdir(at)).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file === undefined ? `By ${author?.name ?? author}` : (await readFile(join(at, file), 'utf8')).trim()
    return `${name} ${version} (${license})\n\n${text}\n`
  })
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)
}
