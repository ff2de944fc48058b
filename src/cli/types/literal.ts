import type { EjsonFormat } from '../../bson/ejson/to-ejson-text.ts'

/** A name as a property is written with it. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : JSON.stringify(name)
}

/** The type that has one value, of a schema's `enum`; the value as canonical Extended JSON. */
export function literalType(value: unknown, format: EjsonFormat): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => literalType(item, format)).join(', ')}]`
  const fields = Object.entries(value)
  const [[name, inner] = ['', undefined]] = fields
  if (fields.length === 1 && format === 'RELAXED') {
    const number = plainNumber(name, inner)
    if (number !== undefined) return String(number)
  }
  // one instant can be written in several ways
  if (fields.length === 1 && name === '$date') return format === 'RELAXED' ? '{ $date: string }' : dateType(inner)
  const properties = fields.map(([key, field]) => `${propertyName(key)}: ${literalType(field, format)}`)
  return properties.length === 0 ? '{ [name: string]: never }' : `{ ${properties.join('; ')} }`
}

/** The number that the relaxed form writes as such; `undefined` for what it writes as a document. */
function plainNumber(name: string, text: unknown): number | undefined {
  if (typeof text !== 'string' || !['$numberInt', '$numberLong', '$numberDouble'].includes(name)) return undefined
  const number = Number(text)
  const isExact = Number.isInteger(number) ? Number.isSafeInteger(number) && !Object.is(number, -0) : true
  return Number.isFinite(number) && isExact ? number : undefined
}

function dateType(inner: unknown): string {
  return `{ $date: ${literalType(inner, 'CANONICAL')} }`
}
