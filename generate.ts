import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { fileSchema } from './src/cli/config-file/file-schema.ts'
import { referenceText } from './src/cli/config-file/reference.ts'
import { declarationText } from './src/relay/options/declaration.ts'

// Writes what is generated from the table of settings, the SDL and the package, or with `--check` says what is not up to
// date.

const generated: readonly (readonly [path: string, text: string])[] = [
  ['src/relay/options/options.generated.ts', declarationText()],
  ['src/relay/graphql/schema/sdl.generated.ts', sdlText()],
  ['src/util/version.generated.ts', versionText()],
  ['docs/configuration.md', referenceText()],
  ['schema/config.schema.json', JSON.stringify(await fileSchema())],
]

for (const [path, text] of generated) {
  const file = fileURLToPath(new URL(path, import.meta.url))
  const formatted = await format(text, { ...(await resolveConfig(file)), filepath: file })
  if (!process.argv.includes('--check')) await writeFile(file, formatted)
  else if ((await readFile(file, 'utf8').catch(() => '')) !== formatted) {
    process.stderr.write(`${path} is not up to date; run npm run codegen\n`)
    process.exitCode = 1
  }
}

function sdlText(): string {
  const [schema, sandbox] = ['schema', 'sandbox'].map((name) => JSON.stringify(read(`schema/${name}.graphql`)))
  return `/** The package's SDL, so that no file is read at run time. */
export const SCHEMA_SDL = ${schema}

/** What the sandbox adds to it. */
export const SANDBOX_SDL = ${sandbox}
`
}

function versionText(): string {
  // our own file
  const { version } = JSON.parse(read('package.json')) as { readonly version: string }
  return `/** The package's version. */\nexport const VERSION = '${version}'\n`
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
