import { defaultText, flagText } from './help.ts'
import type { Parts } from './parts.ts'
import { PARTS } from './parts.ts'
import { GROUPS, variableOf } from './setting.ts'
import { SETTING_ROWS } from './settings.ts'

const INTRODUCTION = `# Configuration

Generated from the table of settings in \`src/config/settings.ts\` by \`npm run codegen\`.

Each setting has a flag, an environment variable and a key in the configuration file. A flag wins over a variable, a variable
over the file, the file over the default; an empty variable counts as absent. What is not valid, and any flag or key that does not
exist, is one line on stderr and exit status 2.

- Sizes are bytes, or a number with \`KiB\`, \`MiB\` or \`GiB\`; times are milliseconds, or a number with \`ms\`, \`s\`, \`m\` or \`h\`.
- Switches: \`--graphiql\` and \`--no-graphiql\`; in variables and files \`true\` or \`false\`.
- \`tailrace --print-config\` prints the resulting configuration and where each value comes from, without secrets;
  \`tailrace --check-config\` only says whether it is valid.

## The file

\`--config <file>\` (\`TAILRACE_CONFIG\`) names a JSON file. Its keys are the names of \`createRelay\`'s options:

\`\`\`json
{
  "$schema": "./node_modules/tailrace/schema/config.schema.json",
  "mongoUri": { "$file": "/run/secrets/mongodb-uri" },
  "namespace": "shop.orders",
  "windowBytes": "64MiB",
  "slowConsumerMs": "30s",
  "metricsToken": { "$env": "METRICS_TOKEN" }
}
\`\`\`

Instead of any value, \`{"$env": "NAME"}\` takes that of an environment variable, and \`{"$file": "path"}\` the content of a file without its
line end; a relative path starts from the configuration file's folder.
`

/** The configuration reference, as Markdown. */
export function referenceText(parts: Parts = PARTS): string {
  const groups = GROUPS.map((group) => {
    const rows = SETTING_ROWS.filter(([, setting]) => setting.group === group).map(([key, setting]) => [
      code(key),
      code(flagText(key, setting)),
      code(variableOf(key, setting)),
      defaultText(setting),
      setting.about,
    ])
    return `## ${group}\n\n${table(['key', 'flag', 'variable', 'default', ''], rows)}`
  })
  const rows = Object.entries(parts).map(([key, { about }]) => [code(key), about])
  const nested = rows.length === 0 ? [] : [`## In the file only\n\n${table(['key', ''], rows)}`]
  return [INTRODUCTION, ...groups, ...nested].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |`)
  return `${lines.join('\n')}\n`
}

function code(text: string): string {
  return `\`${text}\``
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}
