import { toIndentedJson } from '../../../src/bson/ejson/indented-json.ts'
import { valueOfRow } from '../../json/tree.ts'
import { createCopyButton } from '../copy-button.ts'

/** Has each row of JSON in an element offer to copy its value, while the pointer or the focus is on it. */
export function offerValues(within: HTMLElement): void {
  let value: unknown
  const toText = () => (typeof value === 'string' ? value : toIndentedJson(value))
  const button = createCopyButton(toText, 'Copy the value')
  button.classList.add('copy-value')

  function offer(event: Event): void {
    const row = event.target instanceof Element ? event.target.closest('.row') : null
    if (row === null || row.contains(button)) return
    const found = valueOfRow(row)
    // a closing brace has none
    if (found === undefined) return button.remove()
    value = found
    row.append(button)
  }

  within.addEventListener('pointerover', offer)
  within.addEventListener('focusin', offer)
  within.addEventListener('pointerleave', () => button.remove())
}
