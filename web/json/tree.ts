import { h } from '../ui/element.ts'
import { toLeafElement, toTokenElement } from './leaf.ts'
import { isContainer, toFields, toInlineTokens } from './tokens.ts'

/** A value is written on one line when its text is no longer than this. */
const INLINE_CHARS = 90

/** How deep containers open by themselves. */
const OPEN_DEPTH = 5

/** How many lines of one event open by themselves. */
const OPEN_LINES = 60

/** How many children of a container are shown at first, and more with each press of its button. */
const PAGE_CHILDREN = 50

/** How many children of a container are shown at most; the rest is had by copying. */
const MAX_CHILDREN = 2_000

/** Lines of the event that may still open by themselves. */
interface Budget {
  lines: number
}

/** What each row says; a closing brace has no row of its own here. */
const values = new WeakMap<Element, unknown>()

/** Gives the value that a row of JSON is about; undefined for other elements. */
export function valueOfRow(row: Element): unknown {
  return values.get(row)
}

function toRow(value: unknown, ...children: readonly (Node | string)[]): HTMLElement {
  const row = h('div', { className: 'row' }, ...children)
  values.set(row, value)
  return row
}

type Child = readonly [key: string | null, value: unknown]

function toChildren(container: object): readonly Child[] {
  if (Array.isArray(container)) return container.map((item): Child => [null, item])
  return toFields(container)
}

function toLabel(key: string | null): Node[] {
  if (key === null) return []
  // a key may be as hostile as a value: megabytes long
  const name = JSON.stringify(key.length > 200 ? `${key.slice(0, 200)}…` : key)
  return [toTokenElement({ kind: 'key', text: name }), toTokenElement({ kind: 'punctuation', text: ': ' })]
}

function toSize(container: object, count: number): string {
  const unit = Array.isArray(container) ? 'item' : 'field'
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`
}

/** Fills `list` with the next children of a container, and puts a button after them while there are more. */
function appendPage(list: HTMLElement, children: readonly Child[], start: number, depth: number, budget: Budget): void {
  const end = Math.min(start + PAGE_CHILDREN, MAX_CHILDREN, children.length)
  budget.lines -= end - start
  children.slice(start, end).forEach(([key, value], index) => {
    list.append(toNode(key, value, depth, budget, start + index === children.length - 1 ? '' : ','))
  })
  const left = (children.length - end).toLocaleString('en')
  if (end === children.length) return
  if (end === MAX_CHILDREN) {
    list.append(h('div', { className: 'row note' }, `… ${left} more, not shown: copy the event`))
    return
  }
  const more = h('button', { type: 'button', className: 'more' }, `… ${left} more`)
  more.addEventListener('click', () => {
    more.remove()
    appendPage(list, children, end, depth, { lines: 0 })
    const next = list.children[end]
    // the keyboard goes on where the button was
    if (next instanceof HTMLElement) next.querySelector('button')?.focus()
  })
  list.append(more)
}

function toContainerNode(key: string | null, value: object, depth: number, budget: Budget, comma: string): HTMLElement {
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const children = toChildren(value)
  const list = h('div', { className: 'children' })
  const toggle = h('button', {
    type: 'button',
    className: 'fold',
    attributes: { 'aria-label': `${key === null ? '' : `${key.slice(0, 200)}: `}${toSize(value, children.length)}` },
  })
  const summary = h('span', { className: 'summary' }, ` ${toSize(value, children.length)} ${close}${comma}`)
  const last = h('div', { className: 'row' }, toTokenElement({ kind: 'punctuation', text: close + comma }))
  const start = toTokenElement({ kind: 'punctuation', text: open })

  function setOpen(isOpen: boolean, within: Budget): void {
    toggle.setAttribute('aria-expanded', String(isOpen))
    summary.hidden = isOpen
    list.hidden = !isOpen
    last.hidden = !isOpen
    if (isOpen && list.childElementCount === 0) appendPage(list, children, 0, depth + 1, within)
  }

  toggle.addEventListener('click', () => {
    setOpen(toggle.getAttribute('aria-expanded') !== 'true', { lines: 0 })
  })
  const fits = depth < OPEN_DEPTH && Math.min(children.length, PAGE_CHILDREN) <= budget.lines
  // the event's position is noise to a reader; it is there for who asks
  const isPosition = depth === 1 && key === '_id'
  setOpen(depth === 0 || (fits && !isPosition), budget)
  return h('div', { className: 'node' }, toRow(value, toggle, ...toLabel(key), start, summary), list, last)
}

function toNode(key: string | null, value: unknown, depth: number, budget: Budget, comma: string): HTMLElement {
  const end = toTokenElement({ kind: 'punctuation', text: comma })
  if (!isContainer(value)) return toRow(value, ...toLabel(key), toLeafElement(value), end)
  const inline = toInlineTokens(value, INLINE_CHARS)
  if (inline === null) return toContainerNode(key, value, depth, budget, comma)
  return toRow(value, ...toLabel(key), ...inline.map(toTokenElement), end)
}

/**
 * Gives a value as readable JSON: small parts on one line, the rest indented with parts that fold.
 *
 * Lazy: what is folded is not built. At first about 60 lines are open, whatever the value's size; each press of a
 * button builds at most 50 lines more, and at most 2,000 children of one container. Everything is text: no content is
 * markup.
 */
export function toJsonElement(value: unknown): HTMLElement {
  return h('div', { className: 'json' }, toNode(null, value, 0, { lines: OPEN_LINES }, ''))
}
