import type { Value } from './value.ts'

/** Names that the shell takes without quotes. */
const PLAIN_NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** Writes a value as canonical Extended JSON, on one line. */
export function toJson(value: Value): string {
  if (value.kind === 'scalar') return value.scalar.json
  if (value.kind === 'array') return `[${value.items.map(toJson).join(',')}]`
  return `{${value.fields.map((field) => `${JSON.stringify(field.name)}:${toJson(field.value)}`).join(',')}}`
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
  return PLAIN_NAME.test(name) ? name : JSON.stringify(name)
}
