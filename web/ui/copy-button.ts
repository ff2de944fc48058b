import { toIndentedJson } from '../../src/bson/ejson/indented-json.ts'
import { h } from './element.ts'

/** How long the button says what came of it, in milliseconds. */
const ECHO_MS = 1_500

function toText(value: unknown): string {
  return typeof value === 'string' ? value : toIndentedJson(value)
}

/**
 * Gives a button that copies a value, whole, as indented JSON (or a string as it is) to the clipboard; null where the
 * browser has no clipboard for the page, which is so over plain HTTP from another machine.
 */
export function createCopyButton(value: unknown, label: string): HTMLButtonElement | null {
  // the type says it is always there; in an insecure context it is not
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard === undefined) return null
  const button = h('button', { type: 'button', className: 'quiet', attributes: { 'aria-label': label } }, 'Copy')
  let timer: ReturnType<typeof setTimeout> | undefined

  async function copy(target: Clipboard): Promise<string> {
    try {
      await target.writeText(toText(value))
      return 'Copied'
    } catch {
      return 'Not allowed'
    }
  }

  button.addEventListener('click', () => {
    void copy(clipboard).then((echo) => {
      button.textContent = echo
      clearTimeout(timer)
      timer = setTimeout(() => (button.textContent = 'Copy'), ECHO_MS)
    })
  })
  return button
}
