import { complete, type Completion, type Completions } from '../../filter/completion/complete.ts'
import { readFilter } from '../../filter/read-filter.ts'
import { Mistake } from '../../shell/mistake.ts'
import { byId, h, setText } from '../element.ts'

/** The field that a filter is typed into: says what is wrong with it and where, and offers how to go on. */
export interface FilterBox {
  /** What is typed; null for nothing. */
  readonly text: string | null
  /** Whether it can be read; shows what is wrong with it, and where, if not. */
  check(): boolean
  show(text: string | null): void
  focus(): void
}

/** Where the field gets its offers from, and what it reports. */
export interface FilterBoxOptions {
  /** Names of fields that were seen in documents, the likeliest first. */
  readonly names: () => readonly string[]
  readonly onInput: () => void
}

/** Creates it in the page's markup: a combobox. */
export function createFilterBox({ names, onInput }: FilterBoxOptions): FilterBox {
  const input = byId('where', HTMLInputElement)
  const panel = byId('filter-panel', HTMLElement)
  const note = byId('filter-note', HTMLElement)
  const list = byId('completions', HTMLElement)
  let offered: Completions = { start: 0, end: 0, list: [] }
  let active = -1

  function setOffered(completions: Completions): void {
    offered = completions
    active = -1
    list.replaceChildren(...completions.list.map(toOption))
    list.hidden = completions.list.length === 0
    input.setAttribute('aria-expanded', String(!list.hidden))
    mark()
  }

  function toOption({ kind, label }: Completion, index: number): HTMLElement {
    const attributes = { role: 'option' }
    const option = h(
      'div',
      { id: `completion${index}`, attributes },
      h('span', {}, label),
      h('span', { className: 'note' }, kind),
    )
    // before the field loses the focus
    option.addEventListener('pointerdown', (event) => {
      event.preventDefault()
      take(index)
    })
    return option
  }

  function mark(): void {
    for (const [index, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(index === active))
      if (index === active) option.scrollIntoView({ block: 'nearest' })
    }
    if (active < 0) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', `completion${active}`)
    panel.hidden = list.hidden && note.hidden
  }

  function take(index: number): void {
    const completion = offered.list[index]
    if (completion === undefined) return
    input.setRangeText(completion.insert, offered.start, offered.end, 'end')
    change()
  }

  function offer(): void {
    setOffered(complete(input.value, input.selectionStart ?? input.value.length, names()))
  }

  function change(): void {
    showNote(null)
    offer()
    onInput()
  }

  /** Shows a mistake where it is; or how the filter was understood; or nothing. */
  function showNote(shown: Mistake | string | null): void {
    note.hidden = shown === null
    note.classList.toggle('mistake', shown instanceof Mistake)
    input.setAttribute('aria-invalid', String(shown instanceof Mistake))
    if (shown instanceof Mistake) {
      const { message, start, end } = shown
      const text = input.value
      const place = h('mark', {}, text.slice(start, end) || ' ')
      const code = h('code', {}, text.slice(Math.max(0, start - 40), start), place, text.slice(end, end + 40))
      note.replaceChildren(h('p', {}, `${message}, at character ${start + 1}`), code)
    } else note.replaceChildren(...(shown === null ? [] : [h('p', {}, 'Understood as ', h('code', {}, shown))]))
    mark()
  }

  input.addEventListener('input', change)
  input.addEventListener('blur', () => {
    setOffered({ start: 0, end: 0, list: [] })
    if (input.getAttribute('aria-invalid') !== 'true') showNote(null)
  })
  input.addEventListener('focus', () => {
    try {
      const meaning = readFilter(input.value)?.meaning
      showNote(meaning === undefined || meaning === input.value.trim() ? null : meaning)
    } catch {
      // said when it is to be watched, not before it is whole
    }
  })
  input.addEventListener('keydown', (event) => {
    const count = offered.list.length
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (count === 0) return offer()
      active = (active + (event.key === 'ArrowDown' ? 1 : active < 0 ? count : count - 1)) % count
      mark()
    } else if ((event.key === 'Enter' || event.key === 'Tab') && active >= 0) {
      event.preventDefault()
      take(active)
    } else if (event.key === 'Escape' && !panel.hidden) {
      event.stopPropagation()
      setOffered({ start: 0, end: 0, list: [] })
      showNote(null)
    }
  })

  return {
    get text() {
      return input.value.trim() || null
    },
    check() {
      setOffered({ start: 0, end: 0, list: [] })
      try {
        readFilter(input.value)
        showNote(null)
        return true
      } catch (error) {
        if (!(error instanceof Mistake)) throw error
        showNote(error)
        input.focus()
        input.setSelectionRange(error.start, error.end)
        return false
      }
    },
    show(text) {
      input.value = text ?? ''
      setText(note, '')
      showNote(null)
    },
    focus() {
      input.focus()
      input.select()
    },
  }
}
