import { toIndentedJson } from '../../../src/bson/ejson/indented-json.ts'
import { type EventParts, toParts } from '../../event/parts.ts'
import { toShortKey } from '../../format/document-key.ts'
import { toChangeTimeMs } from '../../format/time.ts'
import { readEvent } from '../../json/event.ts'
import { toJsonElement } from '../../json/tree.ts'
import type { Entry } from '../../state/change-log.ts'
import { toNamespaceName } from '../../state/view.ts'
import type { Change } from '../../stream/change.ts'
import { createCopyButton } from '../copy-button.ts'
import { byId, h } from '../element.ts'
import { toGapText } from '../list/row.ts'
import { toChangeTab } from './change-tab.ts'
import { toDocumentTab } from './document-tab.ts'
import { offerValues } from './copy-value.ts'
import { createTabs } from './tabs.ts'

/** The pane beside the list: everything about the selected event. */
export interface DetailPane {
  /** Shows an entry, or hides the pane. */
  show(entry: Entry | null): void
  /** Chooses a tab by its place, from 0 on. */
  chooseTab(index: number): void
  readonly isOpen: boolean
}

/** What the pane reports. */
export interface DetailPaneOptions {
  readonly onClose: () => void
  /** Buttons for what can be done with a change. */
  readonly toActions: (change: Change) => readonly HTMLElement[]
  /** What to say where the values before a change are unknown. */
  readonly toHint: (change: Change) => HTMLElement | null
}

const TABS = ['Change', 'Document', 'Event'] as const

/** Creates it in the page's markup, hidden. The tab that was chosen stays for the next event. */
export function createDetailPane({ onClose, toActions, toHint }: DetailPaneOptions): DetailPane {
  const pane = byId('detail', HTMLElement)
  const close = h('button', { type: 'button', className: 'quiet', attributes: { 'aria-label': 'Close' } }, '✕')
  const tabs = createTabs('detail', 'What to see of the event', TABS, () => fill())
  const title = h('h2', { id: 'detail-title' })
  const facts = h('dl', {})
  const actions = h('div', { className: 'actions' })
  let shown: { readonly change: Change; readonly parts: EventParts } | null = null
  let shownNumber: number | null = null
  close.addEventListener('click', onClose)
  offerValues(tabs.panel)
  pane.append(h('div', { className: 'detail-head' }, title, close), facts, actions, tabs.element, tabs.panel)

  function toTab({ change, parts }: NonNullable<typeof shown>): HTMLElement {
    switch (tabs.chosen) {
      case 'Change':
        return toChangeTab(readEvent(change.jsonText), () => toHint(change))
      case 'Document':
        return toDocumentTab(change.operationType, parts)
      case 'Event':
        return toJsonElement(readEvent(change.jsonText))
    }
  }

  function fill(): void {
    if (shown === null) return
    tabs.panel.replaceChildren(toTab(shown))
    tabs.panel.scrollTop = 0
  }

  function toFact(name: string, value: string, copied: string = value): readonly HTMLElement[] {
    const copy = createCopyButton(() => copied, `Copy the ${name.toLowerCase()}`)
    return [h('dt', {}, name), h('dd', {}, h('span', { title: value }, value), copy)]
  }

  function showChange(change: Change): void {
    const parts = toParts(change.jsonText)
    const { operationType, ns, resumeToken } = change
    shown = { change, parts }
    pane.dataset['operation'] = operationType
    title.replaceChildren(
      h('span', { className: 'badge' }, operationType),
      h('span', { className: 'where' }, ns === null ? '' : toNamespaceName(ns)),
    )
    const key = parts.value('documentKey')
    const timeMs = toChangeTimeMs(change)
    facts.replaceChildren(
      ...(key === undefined ? [] : toFact('Key', toShortKey(key), toIndentedJson(key))),
      ...(timeMs === null ? [] : toFact('Time', toExactTime(timeMs))),
      ...toFact('Token', resumeToken),
    )
    const event = createCopyButton(() => toIndentedJson(readEvent(change.jsonText)), 'Copy event', 'Copy event')
    actions.replaceChildren(event, ...toActions(change))
    fill()
  }

  return {
    get isOpen() {
      return !pane.hidden
    },
    show(entry) {
      pane.hidden = entry === null
      if (entry?.number === shownNumber) return
      shownNumber = entry?.number ?? null
      shown = null
      const isChange = entry?.item.kind === 'change'
      for (const element of [facts, actions, tabs.element]) element.hidden = !isChange
      if (entry === null) return
      if (entry.item.kind === 'change') return showChange(entry.item.change)
      delete pane.dataset['operation']
      title.replaceChildren('Gap')
      tabs.panel.replaceChildren(h('p', { className: 'gap-text' }, toGapText(entry.item.gap, Date.now())))
    },
    chooseTab(index) {
      const name = TABS[index]
      if (name !== undefined) tabs.choose(name)
    },
  }
}

/** Gives an instant to the millisecond, with the date and the offset of the browser's time zone. */
function toExactTime(timeMs: number): string {
  const time = new Date(timeMs)
  if (Number.isNaN(time.getTime())) return String(timeMs)
  return time.toISOString().replace('T', ' ')
}
