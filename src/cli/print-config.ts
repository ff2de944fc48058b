import { toIndentedJson } from '../bson/ejson/indented-json.ts'
import type { Config } from './config-file/read-config.ts'
import { SETTING_ROWS } from '../relay/options/table.ts'

/** A value as it may be shown, and where it comes from. */
interface Shown {
  readonly key: string
  readonly value: unknown
  /** The value in words of the table's, for people; absent: as JSON. */
  readonly text?: string
  readonly from: string
}

/**
 * What `--print-config` prints: each value without what is secret, and where it comes from. A line each, or all as
 * JSON.
 */
export function printConfig(config: Omit<Config, 'parts'>, asJson: boolean): string {
  const rows = rowsOf(config)
  if (asJson)
    return `${toIndentedJson(Object.fromEntries(rows.map(({ key, value, from }) => [key, { value, from }])))}\n`
  const width = Math.max(...rows.map(({ key }) => key.length))
  return rows
    .map(({ key, value, text, from }) => `${key.padEnd(width)}  ${text ?? writeLine(value)}  (${from})\n`)
    .join('')
}

function rowsOf({ settings, shownParts, sources }: Omit<Config, 'parts'>): readonly Shown[] {
  const from = (key: string) => sources.get(key) ?? ''
  const rows = SETTING_ROWS.filter(([key]) => settings[key] !== undefined).map(([key, { hide, kind }]) => {
    const value = hide ? hide(settings[key]) : settings[key]
    return { key, value, text: hide ? String(value) : kind.show(value) || 'none', from: from(key) }
  })
  const parts = [...shownParts].map(([key, value]) => ({ key, value, from: from(key) }))
  return [...rows, ...parts]
}

/** JSON on one line: its strings hold no line ends. */
function writeLine(value: unknown): string {
  return toIndentedJson(value).replaceAll(/\n */g, ' ')
}
