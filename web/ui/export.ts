import type { Entry } from '../state/change-log.ts'
import { h } from './element.ts'

/** Gives entries as lines of JSON, one event each, oldest first. Gaps are no events. */
export function toNdjson(entries: readonly Entry[]): string {
  return entries.flatMap(({ item }) => (item.kind === 'change' ? `${item.change.jsonText}\n` : [])).join('')
}

/** Has the browser save a text as a file. */
export function saveText(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  h('a', { href: url, download: name }).click()
  // the browser reads it at its leisure
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
