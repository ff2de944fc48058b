import { h } from './element.ts'

/** How long the button says what came of it, in milliseconds. */
const ECHO_MS = 1_500

/**
 * Copies a text, as it is.
 *
 * @returns whether it could: a browser has no clipboard for a page that came over plain HTTP from another machine, and
 *   may refuse it.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await (navigator.clipboard as Clipboard | undefined)?.writeText(text)
    return canCopy()
  } catch {
    return false
  }
}

/** Whether the browser has a clipboard for the page; the type says it always has. */
export function canCopy(): boolean {
  return (navigator.clipboard as Clipboard | undefined) !== undefined
}

/**
 * Gives a button that copies a text to the clipboard; hidden where there is none.
 *
 * @param toText asked at each press.
 * @param label what is copied, for screen readers: `Copy the event`.
 */
export function createCopyButton(toText: () => string, label: string, word = 'Copy'): HTMLButtonElement {
  const button = h('button', { type: 'button', className: 'quiet', title: label, hidden: !canCopy() }, word)
  button.setAttribute('aria-label', label)
  let timer: ReturnType<typeof setTimeout> | undefined

  button.addEventListener('click', () => {
    void copyText(toText()).then((isCopied) => {
      button.textContent = isCopied ? 'Copied' : 'Not allowed'
      clearTimeout(timer)
      timer = setTimeout(() => (button.textContent = word), ECHO_MS)
    })
  })
  return button
}
