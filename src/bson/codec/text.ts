import { toShellText } from '../shell-text.ts'
import type { BsonValue } from '../values.ts'

const MAX_LENGTH = 2_000

/** A value as the server shows it in error messages: `{ a: 1, b: [ "x" ] }`. Long values are cut off. */
export function toText(value: BsonValue): string {
  const text = toShellText(value)
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text
}

/** A field as the server shows it in error messages: `a: 1`. */
export function fieldText(name: string, value: BsonValue): string {
  return `${name}: ${toText(value)}`
}
