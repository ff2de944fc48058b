/** Builds the live page into dist/web. `--watch` keeps building on change. */
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, context } from 'esbuild'

const from = fileURLToPath(new URL('.', import.meta.url))
const to = fileURLToPath(new URL('../dist/web/', import.meta.url))

/** @type {import('esbuild').BuildOptions} */
const options = {
  entryPoints: [`${from}page.ts`, `${from}style.css`],
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
for (const file of ['index.html', 'icon.svg']) await copyFile(from + file, to + file)
if (process.argv.includes('--watch')) await (await context(options)).watch()
else await build(options)
