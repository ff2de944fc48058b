/** What a key does, and how the help says it. */
export interface Key {
  /** As `KeyboardEvent.key` has them; any of them. */
  readonly keys: readonly string[]
  /** As the help shows them. */
  readonly label: string
  readonly does: string
  readonly run: (key: string) => void
  /** Whether it is the focused element's own key where one is focused, as arrows are. */
  readonly isShared?: boolean
}

/** Whether a key belongs to the element that has the focus. */
function isTaken(target: EventTarget | null, isShared: boolean): boolean {
  if (!(target instanceof HTMLElement)) return false
  // what a dialog that was just closed holds keeps the focus until the page is drawn anew
  if (target.closest('input, textarea, select, [contenteditable], dialog[open]') !== null) return true
  return isShared && target.closest('button, a, summary, [role=tab], [role=tabpanel]') !== null
}

/** Has keys pressed anywhere on the page do what they do, unless a person is typing, or holds a modifier. */
export function listenToKeys(keys: readonly Key[]): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const key = keys.find((candidate) => candidate.keys.includes(event.key))
    if (key === undefined || isTaken(event.target, key.isShared === true)) return
    event.preventDefault()
    key.run(event.key)
  })
}
