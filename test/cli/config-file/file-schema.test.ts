import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { fileSchema } from '../../../src/cli/config-file/file-schema.ts'
import { SETTING_ROWS } from '../../../src/relay/options/table.ts'

/** Values that some kind takes. */
const SAMPLES: readonly unknown[] = [
  ...[0, 1, 100, 8888, 65_536, 1_000_000, 300_000_000, -1, 1.5, true, false, null, [], {}],
  ...['', '0', '1', '250', '16MiB', '30s', '1.5h', 'a.b', '127.0.0.1', 'info', 'json', 'on', 'off', 'true', 'x y'],
  ...[
    'mongodb://h',
    'http://h',
    'a-token-of-24-characters',
    'a secret of more than 32 characters',
    ['https://a.example'],
  ],
]

describe('the schema of the configuration file', () => {
  it.each(SETTING_ROWS)('takes for %s the default, as a value and as one writes it', (_key, { kind, fallback }) => {
    const schema = kind.schema(z)
    if (fallback === undefined) return
    expect(schema.safeParse(fallback).success).toBe(true)
    if (!kind.isList) expect(schema.safeParse(kind.show(fallback)).success).toBe(true)
  })

  // strings also have bounds and rules that are the program's own
  it.each(SETTING_ROWS)('takes for %s no value but a string that the program refuses', (_key, { kind }) => {
    const schema = kind.schema(z)
    for (const value of SAMPLES) {
      if (typeof value !== 'string' && schema.safeParse(value).success) expect(() => kind.read(value)).not.toThrow()
    }
    expect(SAMPLES.some((value) => schema.safeParse(value).success)).toBe(true)
    expect(SAMPLES.some((value) => !schema.safeParse(value).success)).toBe(true)
  })

  it('knows every key, the parts included, and no other', async () => {
    const parts = {
      auth: { about: 'who may come in', load: async () => z.strictObject({ jwtSecret: z.string(), name: z.string() }) },
    }
    const schema = JSON.parse(JSON.stringify(await fileSchema(parts)))
    expect(Object.keys(schema.properties)).toEqual(['$schema', ...SETTING_ROWS.map(([key]) => key), 'auth'])
    expect(schema.additionalProperties).toBe(false)
    expect(schema.required).toBeUndefined()
    const { properties } = schema.properties.auth
    expect(properties.name).toEqual({ type: 'string' })
    expect(properties.jwtSecret).toEqual({ anyOf: [{ type: 'string' }, { $ref: '#/$defs/Secret' }] })
    expect(schema.$defs.Secret).toBeDefined()
  })
})
