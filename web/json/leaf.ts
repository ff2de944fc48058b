import { h } from '../ui/element.ts'
import { type Token, toScalarToken } from './tokens.ts'

/** How many characters of a string are shown at first. */
const FIRST_CHARS = 300

/** How many characters of a string are shown at most; the rest is had by copying. */
const MAX_CHARS = 20_000

/** Gives an element for one piece of JSON, coloured by its kind. */
export function toTokenElement(token: Token): HTMLElement {
  return h('span', { className: `json-${token.kind}` }, token.text)
}

function toLength(chars: number): string {
  return `${chars.toLocaleString('en')} more characters`
}

/**
 * Gives an element for a value that has no children. A long string is cut, with a button that shows more of it, up to
 * 20,000 characters.
 */
export function toLeafElement(value: unknown): HTMLElement {
  if (typeof value !== 'string' || value.length <= FIRST_CHARS) return toTokenElement(toScalarToken(value))
  const text = toTokenElement(toScalarToken(value.slice(0, FIRST_CHARS)))
  const rest = Math.max(0, value.length - MAX_CHARS)
  const more = h('button', { type: 'button', className: 'more' }, `… ${toLength(value.length - FIRST_CHARS)}`)
  more.addEventListener('click', () => {
    text.textContent = toScalarToken(value.slice(0, MAX_CHARS)).text
    if (rest > 0) more.replaceWith(h('span', { className: 'note' }, `… ${toLength(rest)}, not shown: copy the event`))
    else more.remove()
  })
  return h('span', {}, text, more)
}
