import { quote } from './quote.ts'
import type { Scalar, Value } from './value.ts'

/** Names that the shell takes without quotes. */
const PLAIN_NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** Writes a value as canonical Extended JSON, on one line. */
export function toJson(value: Value): string {
  if (value.kind === 'scalar') return value.scalar.json
  if (value.kind === 'array') return `[${value.items.map(toJson).join(',')}]`
  return `{${value.fields.map((field) => `${quote(field.name)}:${toJson(field.value)}`).join(',')}}`
}

/** Dates that relaxed Extended JSON writes as ISO 8601: of these years. */
const FOUR_DIGITS = /^(?:19[7-9]|[2-9][0-9]{2})/

/**
 * Writes a value as Extended JSON for people: numbers without their types, which filters do not care for, and dates as
 * ISO 8601. On one line, with spaces.
 */
export function toRelaxedJson(value: Value): string {
  if (value.kind === 'scalar') return toRelaxedScalar(value.scalar)
  if (value.kind === 'array') return `[${value.items.map(toRelaxedJson).join(', ')}]`
  if (value.fields.length === 0) return '{}'
  const fields = value.fields.map((field) => `${quote(field.name)}: ${toRelaxedJson(field.value)}`)
  return `{ ${fields.join(', ')} }`
}

function toRelaxedScalar({ type, content, json }: Scalar): string {
  if (type === 'date' && FOUR_DIGITS.test(content)) return `{ "$date": "${content}" }`
  const isNumber = type === 'int' || type === 'long' || type === 'double'
  // what JavaScript holds exactly, and nobody takes for something else
  const isPlain =
    type === 'double' ? /^-?[0-9.]+$/.test(content) && !content.endsWith('.0') : Number.isSafeInteger(Number(content))
  return isNumber && isPlain ? content : json
}

/** Writes a value in the shell's syntax, on one line, with names in quotes where they need them. */
export function toShell(value: Value): string {
  if (value.kind === 'scalar') return value.scalar.shell
  if (value.kind === 'array') return `[${value.items.map(toShell).join(', ')}]`
  const fields = value.fields.map(({ name, value: inner }) => `${toShellName(name)}: ${toShell(inner)}`)
  return `{${fields.join(', ')}}`
}

/** Writes a name of a field, in quotes where it needs them. */
export function toShellName(name: string): string {
  return PLAIN_NAME.test(name) ? name : quote(name)
}
