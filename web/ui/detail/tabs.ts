import { h } from '../element.ts'

/** A row of tabs over one panel. */
export interface Tabs<Name extends string> {
  readonly element: HTMLElement
  /** What the chosen tab is about; filled by who made the tabs. */
  readonly panel: HTMLElement
  readonly chosen: Name
  choose(name: Name): void
}

/**
 * Creates tabs: one is chosen with a click, or with the arrow keys while the focus is on one.
 *
 * @param prefix of the ids of its elements
 * @param onChoose called when another one was chosen.
 */
export function createTabs<Name extends string>(
  prefix: string,
  label: string,
  names: readonly [Name, ...Name[]],
  onChoose: () => void,
): Tabs<Name> {
  let [chosen] = names
  const panel = h('div', { id: `${prefix}-panel`, className: 'panel', tabIndex: 0, attributes: { role: 'tabpanel' } })
  const buttons = names.map((name, index) => {
    const attributes = { role: 'tab', 'aria-controls': panel.id }
    const button = h('button', { type: 'button', id: `${prefix}-tab${index}`, attributes }, name)
    button.addEventListener('click', () => choose(name))
    return button
  })
  const element = h('div', { className: 'tabs', attributes: { role: 'tablist', 'aria-label': label } }, ...buttons)

  function mark(): void {
    buttons.forEach((button, index) => {
      const isChosen = names[index] === chosen
      button.setAttribute('aria-selected', String(isChosen))
      button.tabIndex = isChosen ? 0 : -1
      if (isChosen) panel.setAttribute('aria-labelledby', button.id)
    })
  }

  function choose(name: Name): void {
    if (name === chosen) return
    chosen = name
    mark()
    onChoose()
  }

  element.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const index = (names.indexOf(chosen) + step + names.length) % names.length
    choose(names[index] ?? chosen)
    buttons[index]?.focus()
  })
  mark()
  return {
    element,
    panel,
    get chosen() {
      return chosen
    },
    choose,
  }
}
