import { toShortKey } from '../format/document-key.ts'
import { toChangeTimeMs, toClockText } from '../format/time.ts'
import { readEvent } from '../json/event.ts'
import { isContainer, toFields } from '../json/tokens.ts'
import { toJsonElement } from '../json/tree.ts'
import type { Entry } from '../state/change-log.ts'
import { toNamespaceName } from '../state/view.ts'
import type { Change } from '../stream/change.ts'
import type { Gap } from '../stream/status.ts'
import { createCopyButton } from './copy-button.ts'
import { h } from './element.ts'

function toTimeElement(timeMs: number, nowMs: number): HTMLElement {
  const time = new Date(timeMs)
  // years beyond 9999 have a text, but none that HTML takes
  const props = Number.isNaN(time.getTime()) ? {} : { dateTime: time.toISOString(), title: time.toString() }
  return h('time', props, toClockText(timeMs, nowMs))
}

function toChangeRow(change: Change, withNamespace: boolean, nowMs: number): HTMLLIElement {
  const { operationType, ns, jsonText } = change
  const event = readEvent(jsonText)
  const head = h('div', { className: 'head' }, h('span', { className: 'badge' }, operationType))
  if (withNamespace && ns !== null) head.append(h('span', { className: 'where' }, toNamespaceName(ns)))
  const [, documentKey] = (isContainer(event) ? toFields(event) : []).find(([name]) => name === 'documentKey') ?? []
  const key = toShortKey(documentKey)
  if (key !== '') head.append(h('span', { className: 'key', title: `Document key ${key}` }, key))
  const timeMs = toChangeTimeMs(change)
  if (timeMs !== null) head.append(toTimeElement(timeMs, nowMs))
  const copy = createCopyButton(event, `Copy the ${operationType} event`)
  if (copy !== null) head.append(copy)
  const row = h('li', { className: 'change' }, head, toJsonElement(event))
  row.dataset['operation'] = operationType
  return row
}

function toGapRow(gap: Gap, nowMs: number): HTMLLIElement {
  if (gap.kind === 'change') {
    return h('li', { className: 'gap' }, h('strong', {}, 'One change is missing. '), `${gap.reason}.`)
  }
  const since = toTimeElement(gap.sinceMs, nowMs)
  const until = toTimeElement(gap.untilMs, nowMs)
  return h(
    'li',
    { className: 'gap' },
    h('strong', {}, 'Possible gap. '),
    'Changes between ',
    since,
    ' and ',
    until,
    ` may be missing. ${gap.reason}.`,
  )
}

/**
 * Gives the list row of an entry: what happened, where (only with `withNamespace`), to which document and when, with
 * the event as JSON; or the notice of a gap.
 */
export function toRow({ item }: Entry, withNamespace: boolean, nowMs: number): HTMLLIElement {
  return item.kind === 'change' ? toChangeRow(item.change, withNamespace, nowMs) : toGapRow(item.gap, nowMs)
}
