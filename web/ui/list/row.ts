import { toSummary } from '../../diff/summary.ts'
import { toParts } from '../../event/parts.ts'
import { toKeyLabel, toShortKey } from '../../format/document-key.ts'
import { toChangeTimeMs, toClockText, toColumnText } from '../../format/time.ts'
import { readEvent } from '../../json/event.ts'
import type { Entry } from '../../state/change-log.ts'
import { toNamespaceName } from '../../state/view.ts'
import type { Change } from '../../stream/change.ts'
import type { Gap } from '../../stream/status.ts'
import { h } from '../element.ts'

/** The id of an entry's row. */
export function toRowId(number: number): string {
  return `row${number}`
}

/** Gives when an instant was, as short as a column is wide. */
function toTimeElement(timeMs: number | null, nowMs: number): HTMLElement {
  if (timeMs === null) return h('time', {})
  const time = new Date(timeMs)
  // years beyond 9999 have a text, but none that HTML takes
  const props = Number.isNaN(time.getTime()) ? {} : { dateTime: time.toISOString(), title: time.toString() }
  return h('time', props, toColumnText(timeMs, nowMs))
}

/** An event longer than this, in characters of JSON, is not read for a line. */
const MAX_READ_CHARS = 200_000

/** What events say that hold nothing. */
const NOTES: Readonly<Record<string, string>> = {
  snapshotStart: 'what was shown before may have gone: the documents that there are follow',
  snapshotEnd: 'these were the documents: changes follow',
  invalidate: 'the collection is gone: whatever is created under its name is watched on',
}

function toSummaryElements({ operationType, jsonText }: Change): readonly HTMLElement[] {
  const note = NOTES[operationType]
  if (note !== undefined) return [h('span', { className: 'name' }, note)]
  if (jsonText.length > MAX_READ_CHARS) return [h('span', {}, `${(jsonText.length / 1e6).toFixed(1)} MB`)]
  return toSummary(readEvent(jsonText), 300).map(({ kind, text }) => h('span', { className: kind }, text))
}

function toChangeCells(change: Change, nowMs: number): readonly HTMLElement[] {
  const { operationType, ns, jsonText } = change
  const parts = toParts(jsonText)
  const key = toShortKey(parts.value('documentKey'))
  const where = ns === null ? '' : toNamespaceName(ns)
  return [
    toTimeElement(toChangeTimeMs(change), nowMs),
    h('span', { className: 'badge' }, operationType),
    h('span', { className: 'where', title: where }, where),
    h('span', { className: 'key', title: key }, toKeyLabel(key)),
    h('span', { className: 'text' }, ...toSummaryElements(change)),
  ]
}

/** Gives what a gap says, as one sentence. */
export function toGapText(gap: Gap, nowMs: number): string {
  if (gap.kind === 'change') return `One change is missing. ${gap.reason}.`
  const [since, until] = [toClockText(gap.sinceMs, nowMs), toClockText(gap.untilMs, nowMs)]
  return `Possible gap. Changes between ${since} and ${until} may be missing: ${gap.reason}.`
}

/** Gives the row of an entry: cells on the list's grid. */
export function toRow({ number, item }: Entry, nowMs: number): HTMLElement {
  const id = toRowId(number)
  if (item.kind === 'gap') {
    const text = toGapText(item.gap, nowMs)
    return h('div', { id, className: 'gap', title: text, attributes: { role: 'option' } }, text)
  }
  const row = h(
    'div',
    { id, className: 'change', attributes: { role: 'option' } },
    ...toChangeCells(item.change, nowMs),
  )
  row.dataset['operation'] = item.change.operationType
  return row
}
