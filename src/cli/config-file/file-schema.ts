import * as z from 'zod'
import { type Parts, PARTS } from './parts.ts'
import { defaultText } from '../../relay/options/option.ts'
import { SECRET_KEY } from './secret-refs.ts'
import { SETTING_ROWS } from '../../relay/options/table.ts'

/** The JSON schema of the configuration file, for editors. Loads zod and the schemas of all parts. */
export async function fileSchema(parts: Parts = PARTS): Promise<object> {
  const reference = z
    .union([z.strictObject({ $env: z.string() }), z.strictObject({ $file: z.string() })])
    .meta({ id: 'Secret', description: 'A value from an environment variable, or from a file' })
  const settings = SETTING_ROWS.map(([key, setting]) => {
    const more = setting.more === undefined ? '' : `. ${setting.more}`
    const description = `${setting.about} (${defaultText(setting)})${more}`
    return [
      key,
      z
        .union([setting.kind.schema(z), reference])
        .optional()
        .describe(description),
    ] as const
  })
  const loaded = await Promise.all(
    Object.entries(parts).map(
      async ([key, part]) => [key, (await part.load()).optional().describe(part.about)] as const,
    ),
  )
  const file = z.strictObject({ $schema: z.string().optional(), ...Object.fromEntries([...settings, ...loaded]) })
  const schema = z.toJSONSchema(file, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => allowSecrets(jsonSchema),
  })
  return { ...schema, title: 'The configuration file of Tailrace' }
}

// strings of parts, too, may come from elsewhere: those whose names call them secret are the ones to expect
function allowSecrets(schema: { properties?: Record<string, unknown> }): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (SECRET_KEY.test(name) && isString(property)) {
      schema.properties = { ...schema.properties, [name]: { anyOf: [property, { $ref: '#/$defs/Secret' }] } }
    }
  }
}

function isString(property: unknown): boolean {
  return typeof property === 'object' && property !== null && 'type' in property && property.type === 'string'
}
