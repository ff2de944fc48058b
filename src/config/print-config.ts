import { fieldsOf } from '../bson/ejson/json.ts'
import type { Config } from './read-config.ts'
import { SETTING_ROWS } from './settings.ts'

/** What `--print-config` prints: each value without what is secret, and where it comes from, as JSON. */
export function printConfig({ settings, shownParts, sources }: Omit<Config, 'parts'>): string {
  const rows = SETTING_ROWS.filter(([key]) => settings[key] !== undefined).map(([key, { hide }]) => [
    key,
    { value: hide ? hide(settings[key]) : settings[key], from: sources.get(key) },
  ])
  const parts = [...shownParts].map(([key, value]) => [key, { value, from: sources.get(key) }])
  return `${indented(Object.fromEntries([...rows, ...parts]), '')}\n`
}

// as JSON.stringify does it, with maps as the objects that they stand for
function indented(value: unknown, indent: string): string {
  const inner = `${indent}  `
  const within = ([open, close]: string, items: readonly string[]) =>
    items.length === 0 ? `${open}${close}` : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => indented(item, inner))
    return within('[]', items)
  }
  const fields = fieldsOf(value)?.filter(([, field]) => (field as unknown) !== undefined)
  if (!fields) return JSON.stringify(value)
  const items = fields.map(([name, field]) => `${JSON.stringify(name)}: ${indented(field, inner)}`)
  return within('{}', items)
}
