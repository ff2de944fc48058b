import { toIndentedJson } from '../../../src/bson/ejson/indented-json.ts'
import type { EventParts } from '../../event/parts.ts'
import { isContainer } from '../../json/tokens.ts'
import { toJsonElement } from '../../json/tree.ts'
import { createCopyButton } from '../copy-button.ts'
import { h } from '../element.ts'

function toImage(value: object, title: string, note: string): HTMLElement {
  const copy = createCopyButton(() => toIndentedJson(value), `Copy the document ${title.toLowerCase()}`)
  const head = h('div', { className: 'image-head' }, h('h3', {}, title), h('span', { className: 'note' }, note), copy)
  return h('section', { className: 'image' }, head, toJsonElement(value))
}

/** Gives the document of an event, after and before the change, as far as the event has them. */
export function toDocumentTab(operationType: string, parts: EventParts): HTMLElement {
  const after = parts.value('fullDocument')
  const before = parts.value('fullDocumentBeforeChange')
  const tab = h('div', {})
  const isLookedUp = operationType === 'update'
  if (isContainer(after)) {
    tab.append(toImage(after, 'After', isLookedUp ? 'as it was when the relay read the change, or newer' : ''))
  } else if (isLookedUp) {
    tab.append(h('p', { className: 'note' }, 'The document was gone when the relay read the change.'))
  }
  if (isContainer(before)) tab.append(toImage(before, 'Before', ''))
  if (tab.childElementCount === 0) tab.append(h('p', { className: 'note' }, 'This event carries no document.'))
  return tab
}
