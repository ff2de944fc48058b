import { toIndentedJson } from '../bson/ejson/indented-json.ts'
import type { Config } from './config-file/read-config.ts'
import { SETTING_ROWS } from '../relay/options/table.ts'

/** What `--print-config` prints: each value without what is secret, and where it comes from, as JSON. */
export function printConfig({ settings, shownParts, sources }: Omit<Config, 'parts'>): string {
  const rows = SETTING_ROWS.filter(([key]) => settings[key] !== undefined).map(([key, { hide }]) => [
    key,
    { value: hide ? hide(settings[key]) : settings[key], from: sources.get(key) },
  ])
  const parts = [...shownParts].map(([key, value]) => [key, { value, from: sources.get(key) }])
  return `${toIndentedJson(Object.fromEntries([...rows, ...parts]))}\n`
}
