import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type BuildResult } from 'esbuild'
import { printMarkdown } from './figures.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What is bundled, by what it is imported as; `npm run build` has made it. */
const ENTRIES: readonly (readonly [name: string, program: string])[] = [
  ...['handler', 'node', 'bun', 'deno', 'cloudflare', 'client'].map((name): [string, string] => [
    `tailrace/${name}`,
    `export * from 'tailrace/${name}'`,
  ]),
  ['tailrace/pages: the live page alone', `export { page } from 'tailrace/pages'`],
  ['tailrace/pages: with GraphiQL', `export { pages } from 'tailrace/pages'`],
]

/** What the driver loads where it is installed. */
const OPTIONAL = ['kerberos', '@mongodb-js/zstd', 'snappy', 'mongodb-client-encryption']
const OF_CLOUDS = ['@aws-sdk/credential-providers', 'gcp-metadata', 'socks', 'aws4']

/** How large a bundle is that somebody makes: what is loaded at once, and what some options need besides. */
export async function benchBundleSize(): Promise<void> {
  const rows: string[][] = []
  for (const [name, contents] of ENTRIES) {
    const result = await build({
      stdin: { contents, resolveDir: ROOT, sourcefile: 'entry.js' },
      outdir: '/',
      write: false,
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      external: [...OPTIONAL, ...OF_CLOUDS],
      metafile: true,
      logLevel: 'error',
    })
    const files = filesOf(result)
    const atOnce = loadedWith('stdin.js', files)
    const later = [...files.keys()].filter((file) => !atOnce.has(file))
    rows.push([`\`${name}\``, ...sizes([...atOnce], files), ...sizes(later, files)])
  }
  printMarkdown(['bundle, minified', 'KB', 'KB, gzip', 'on demand, KB', 'on demand, KB, gzip'], rows)
}

interface Output {
  readonly contents: Uint8Array
  readonly imports: readonly string[]
}

function filesOf({ outputFiles = [], metafile }: BuildResult): Map<string, Output> {
  const nameOf = (path: string) => path.replace(/^.*\//, '')
  const contents = new Map(outputFiles.map((file) => [nameOf(file.path), file.contents]))
  return new Map(
    Object.entries(metafile?.outputs ?? {}).map(([path, { imports }]) => {
      const next = imports.filter(({ kind, external }) => kind === 'import-statement' && !external)
      const name = nameOf(path)
      return [name, { contents: contents.get(name) ?? new Uint8Array(), imports: next.map((one) => nameOf(one.path)) }]
    }),
  )
}

/** What is loaded when a file is, itself included. */
function loadedWith(start: string, files: ReadonlyMap<string, Output>): ReadonlySet<string> {
  const loaded = new Set([start])
  for (const name of loaded) for (const next of files.get(name)?.imports ?? []) loaded.add(next)
  return loaded
}

function sizes(names: readonly string[], files: ReadonlyMap<string, Output>): string[] {
  const contents = names.flatMap((name) => files.get(name)?.contents ?? [])
  const bytes = (all: readonly Uint8Array[]) => all.reduce((sum, { length }) => sum + length, 0)
  return [bytes(contents), bytes(contents.map((one) => gzipSync(one)))].map((size) => (size / 1_000).toFixed(0))
}
