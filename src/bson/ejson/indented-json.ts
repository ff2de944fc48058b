import { fieldsOf, JsonNumber } from './json.ts'

/**
 * Writes JSON as `JSON.stringify(value, undefined, 2)` does, with fields in their order, and numbers with their digits,
 * where `value` keeps them.
 */
export function toIndentedJson(value: unknown, indent = ''): string {
  const inner = `${indent}  `
  const within = ([open, close]: string, items: readonly string[]) =>
    items.length === 0 ? `${open}${close}` : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`
  if (value instanceof JsonNumber) return value.text
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => toIndentedJson(item, inner))
    return within('[]', items)
  }
  const fields = fieldsOf(value)?.filter(([, field]) => (field as unknown) !== undefined)
  if (!fields) return JSON.stringify(value)
  const items = fields.map(([name, field]) => `${JSON.stringify(name)}: ${toIndentedJson(field, inner)}`)
  return within('{}', items)
}
