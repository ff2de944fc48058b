import { readStart, toStartName } from '../../state/start.ts'
import type { View } from '../../state/view.ts'
import { byId, h, setText } from '../element.ts'

/** Where a view can start, by one press; null for the latest changes. */
const CHOICES: readonly (string | null)[] = [null, 'now', 'last-100', '5m', '1h', '1d', 'snapshot']

/** What is said of them. */
const LABELS: Readonly<Record<string, string>> = {
  now: 'Now: what happens from here on',
  'last-100': 'The last 100',
  snapshot: 'The documents that there are, then changes',
}

/** The menu that says where a view starts. */
export interface StartMenu {
  show(view: View): void
}

/** Creates it in the page's markup. `onChoose` is called with a start as `readStart` reads it, or null. */
export function createStartMenu(onChoose: (from: string | null) => void): StartMenu {
  const menu = byId('from', HTMLDetailsElement)
  const name = byId('from-name', HTMLElement)
  const time = byId('from-time', HTMLInputElement)
  const token = byId('from-token', HTMLInputElement)

  function choose(from: string | null): void {
    menu.open = false
    name.focus()
    onChoose(from)
  }

  const choices = CHOICES.map((from) => {
    const label = from === null ? 'The latest changes' : (LABELS[from] ?? toStartName(readStart(from)))
    const button = h('button', { type: 'button', className: 'quiet' }, label)
    button.addEventListener('click', () => choose(from))
    return { from, button }
  })
  byId('from-choices', HTMLElement).append(...choices.map(({ button }) => button))

  byId('from-time-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    choose(new Date(time.value).toISOString())
  })
  token.addEventListener('input', () => {
    const isStart = token.value.trim() === '' || readStart(token.value.trim())?.kind === 'after'
    token.setCustomValidity(isStart ? '' : 'Expected the resumeToken of a change')
  })
  byId('from-token-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    choose(token.value.trim())
  })
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return
    event.stopPropagation()
    menu.open = false
    name.focus()
  })
  document.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false
  })

  return {
    show({ db, coll, from }) {
      setText(name, `From: ${from === null ? 'Latest' : toStartName(readStart(from))}`)
      for (const choice of choices) {
        choice.button.setAttribute('aria-pressed', String(choice.from === from))
        if (choice.from === 'snapshot') choice.button.disabled = db === null || coll === null
      }
    },
  }
}
