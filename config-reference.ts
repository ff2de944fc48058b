import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { fileSchema } from './src/cli/config-file/file-schema.ts'
import { referenceText } from './src/cli/config-file/reference.ts'
import { declarationText } from './src/relay/options/declaration.ts'

// Writes what is generated from the table of settings, or with `--check` says what is not up to date.

const generated: readonly (readonly [path: string, text: string])[] = [
  ['src/relay/options/options.generated.ts', declarationText()],
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
