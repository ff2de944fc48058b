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
  const schema = read('schema/schema.graphql')
  const at = schema.indexOf('\ntype Query {')
  if (at < 0) throw new Error('schema/schema.graphql has `type Query` behind all that belongs to `changes`')
  const literal = (text: string) => JSON.stringify(`${text.trim()}\n`)
  return `/** The subscription \`changes\` and all types that it needs. With {@link RELAY_SDL} the package's SDL. */
export const CHANGES_SDL = ${literal(schema.slice(0, at))}

/** What can be asked of a relay besides. */
export const RELAY_SDL = ${literal(schema.slice(at))}

/** What the sandbox adds. */
export const SANDBOX_SDL = ${literal(read('schema/sandbox.graphql'))}
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
