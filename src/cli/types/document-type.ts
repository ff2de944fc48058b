import type { EjsonFormat } from '../../bson/ejson/to-ejson-text.ts'
import { literalType, propertyName } from './literal.ts'
import { ANY_DOCUMENT, scalarTypes } from './scalars.ts'

/** A `$jsonSchema`, or a part of one, as canonical Extended JSON. */
export type Schema = Readonly<Record<string, unknown>>

/** How a type is written: in which form its values are, and how deep it stands. */
interface Style {
  readonly format: EjsonFormat
  readonly indent: string
}

/** Keywords that say what an object has. */
const OF_OBJECTS = ['properties', 'required', 'additionalProperties', 'patternProperties']

/** Keywords that say what an array has. */
const OF_ARRAYS = ['items', 'additionalItems']

/**
 * The type, as TypeScript writes it, of what a schema lets through. What cannot be said in a type, such as `minimum`,
 * `pattern` and `not`, is left out: the type lets more through than the schema then.
 */
export function schemaType(schema: Schema, format: EjsonFormat): string {
  return toType(schema, { format, indent: '' })
}

function toType(schema: Schema, style: Style): string {
  const own = ownType(schema, style)
  const all = schemasIn(schema['allOf']).map((one) => toType(one, style))
  const any = ['anyOf', 'oneOf'].flatMap((keyword) => {
    const types = schemasIn(schema[keyword]).map((one) => toType(one, style))
    return types.length === 0 ? [] : [union(types)]
  })
  const parts = [...new Set([own, ...all, ...any].filter((type) => type !== 'unknown'))]
  if (parts.length === 0) return 'unknown'
  return parts.length === 1 ? (parts[0] ?? 'unknown') : parts.map(grouped).join(' & ')
}

/** What a schema says without those that it combines. */
function ownType(schema: Schema, style: Style): string {
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map((value) => literalType(value, style.format)))
  const given = schema['bsonType'] ?? schema['type']
  const names = Array.isArray(given) ? given.map(String) : given === undefined ? impliedTypes(schema) : [String(given)]
  if (names.length === 0) return 'unknown'
  return union(
    names.flatMap((name) => {
      if (name === 'object') return [objectType(schema, style)]
      if (name === 'array') return [arrayType(schema, style)]
      return scalarTypes(name, style.format)
    }),
  )
}

// a keyword says something of values of its type alone; who writes it means that type
function impliedTypes(schema: Schema): readonly string[] {
  const has = (keywords: readonly string[]) => keywords.some((keyword) => Object.hasOwn(schema, keyword))
  return [...(has(OF_OBJECTS) ? ['object'] : []), ...(has(OF_ARRAYS) ? ['array'] : [])]
}

function objectType(schema: Schema, style: Style): string {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'].map(String) : [])
  const properties = isSchema(schema['properties']) ? Object.entries(schema['properties']) : []
  const declared = new Set(properties.map(([name]) => name))
  const all = [...properties, ...[...required].filter((name) => !declared.has(name)).map((name) => [name, {}] as const)]
  const inner = { ...style, indent: `${style.indent}  ` }
  const lines = all.flatMap(([name, given]) => {
    const one = isSchema(given) ? given : {}
    const mark = required.has(name) ? '' : '?'
    return [...comment(one), `${propertyName(name)}${mark}: ${toType(one, inner)}`]
  })
  const others = otherProperties(schema, all.length, inner)
  if (others !== undefined) lines.push(`[name: string]: ${others}`)
  if (lines.length === 0) return schema['additionalProperties'] === false ? '{ [name: string]: never }' : ANY_DOCUMENT
  return `{\n${lines.map((line) => `${inner.indent}${line}`).join('\n')}\n${style.indent}}`
}

/** The type of fields without a name in the schema, where it says something of them. */
function otherProperties(schema: Schema, named: number, style: Style): string | undefined {
  const { additionalProperties: others, patternProperties } = schema
  if (isSchema(patternProperties) && Object.keys(patternProperties).length > 0) return 'unknown'
  if (others === true) return 'unknown'
  if (!isSchema(others)) return undefined
  // it would have to be that of the named ones, too
  return named > 0 ? 'unknown' : toType(others, style)
}

function arrayType({ items, additionalItems }: Schema, style: Style): string {
  if (!Array.isArray(items)) return isSchema(items) ? `${grouped(toType(items, style))}[]` : 'unknown[]'
  const first = items.map((item) => `${grouped(isSchema(item) ? toType(item, style) : 'unknown')}?`)
  if (additionalItems === false) return `[${first.join(', ')}]`
  const rest = isSchema(additionalItems) ? grouped(toType(additionalItems, style)) : 'unknown'
  return `[${[...first, `...${rest}[]`].join(', ')}]`
}

function comment({ title, description }: Schema): readonly string[] {
  const text = [title, description].filter((one) => typeof one === 'string').join(': ')
  const line = inComment(text)
  return line === '' ? [] : [`/** ${line} */`]
}

/** A text as one line of a comment, which nothing in it ends. */
export function inComment(text: string): string {
  return text
    .replaceAll(/[\p{C}\p{Z}\s]+/gu, ' ')
    .replaceAll('*/', '*\\/')
    .trim()
}

function union(types: readonly string[]): string {
  const different = [...new Set(types)]
  if (different.includes('unknown')) return 'unknown'
  if (different.length === 1) return different[0] ?? 'never'
  return different.length === 0
    ? 'never'
    : different.map((type) => (type.includes(' & ') ? grouped(type) : type)).join(' | ')
}

/** In brackets where what follows would take a part of it. */
function grouped(type: string): string {
  return /^(\w+|\{ \$\w+: (string|1|true) \})$/.test(type) ? type : `(${type})`
}

function schemasIn(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : []
}

/** Whether a value is a document. */
export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
