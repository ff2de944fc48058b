/**
 * Builds the live page: `node web/build.js [folder]`. Without a folder, or when imported, into dist/web, and GraphiQL into
 * dist/graphiql. The folders are emptied first.
 */
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildGraphiql } from './graphiql.js'

const from = fileURLToPath(new URL('.', import.meta.url))
const [, script, folder] = process.argv
const asked = script === fileURLToPath(import.meta.url) ? folder : undefined
const to = asked ?? fileURLToPath(new URL('../dist/web', import.meta.url))

/** @type {import('esbuild').BuildOptions} */
const options = {
  entryPoints: [join(from, 'page.ts'), join(from, 'style.css')],
  outdir: to,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2023', 'chrome111', 'firefox115', 'safari16.4'],
  legalComments: 'none',
  logLevel: 'warning',
}

await rm(to, { recursive: true, force: true })
await mkdir(to, { recursive: true })
for (const file of ['index.html', 'icon.svg', 'icon-paused.svg', 'icon-trouble.svg'])
  await copyFile(join(from, file), join(to, file))
await build(options)
if (asked === undefined) await buildGraphiql(fileURLToPath(new URL('../dist/graphiql', import.meta.url)))
