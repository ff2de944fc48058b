import type { Entry } from '../../state/change-log.ts'
import { indexAfter } from '../../state/shown-entries.ts'
import { toRow, toRowId } from './row.ts'
import { toWindow } from './window.ts'

/** The list of changes, newest on top: one row each, of which only those in sight are drawn. */
export interface ChangeList {
  /**
   * Shows exactly these entries, given oldest first. While the list follows, the newest is in sight; else what is in
   * sight stays where it is.
   */
  show(entries: readonly Entry[]): void
  /** Marks an entry as the selected one, or none; brings it in sight if asked to. */
  select(number: number | null, isToBeSeen: boolean): void
  /** Goes to the top, and follows from now on. */
  follow(): void
  /** Stays where it is from now on, whatever arrives. */
  hold(): void
  /** How many entries above those in sight are newer than those that were there when it ceased to follow. */
  readonly unseen: number
  /** Empties the list for the entries of another log, whose numbers start anew. */
  reset(): void
}

/** Where the list is, and what it reports. */
export interface ChangeListOptions {
  /** What scrolls. */
  readonly scroller: HTMLElement
  /** What the rows are in. */
  readonly list: HTMLElement
  readonly onSelect: (number: number) => void
  /** Called when the person has scrolled. */
  readonly onScroll: () => void
}

/** Creates it. Cost of each showing: the rows that come into sight. */
export function createChangeList({ scroller, list, onSelect, onScroll }: ChangeListOptions): ChangeList {
  const rows = new Map<number, HTMLElement>()
  let entries: readonly Entry[] = []
  let selected: number | null = null
  let follows = true
  // the number of the newest entry when the list ceased to follow
  let seen = -Infinity
  // the entry at the upper edge, and how far it is above it, so that it can stay there
  let anchor = { number: Infinity, offset: 0 }
  let rowHeight = readRowHeight()

  function readRowHeight(): number {
    return Number.parseFloat(getComputedStyle(list).getPropertyValue('--row')) || 26
  }

  /** The place of an entry from the top, or of the next older one where it is gone. */
  function indexOf(number: number): number {
    return entries.length - indexAfter(entries, number)
  }

  function setAnchor(): void {
    const index = Math.floor(scroller.scrollTop / rowHeight)
    const entry = entries[entries.length - 1 - index]
    anchor = { number: entry?.number ?? Infinity, offset: scroller.scrollTop - index * rowHeight }
  }

  function draw(): void {
    const { first, end } = toWindow(scroller.scrollTop, scroller.clientHeight, rowHeight, entries.length)
    const nowMs = Date.now()
    const drawn = new Set<number>()
    let above: HTMLElement | undefined
    for (let index = first; index < end; index++) {
      const entry = entries[entries.length - 1 - index]
      if (entry === undefined) continue
      drawn.add(entry.number)
      const known = rows.get(entry.number)
      const row = known ?? toRow(entry, nowMs)
      if (known === undefined) {
        rows.set(entry.number, row)
        // in the order of the list, for those who read it another way
        if (above === undefined) list.prepend(row)
        else above.after(row)
      }
      above = row
      row.style.transform = `translateY(${index * rowHeight}px)`
      row.setAttribute('aria-posinset', String(index + 1))
      row.setAttribute('aria-setsize', String(entries.length))
      row.setAttribute('aria-selected', String(entry.number === selected))
    }
    for (const [number, row] of rows) {
      if (drawn.has(number)) continue
      row.remove()
      rows.delete(number)
    }
    const active = selected !== null && rows.has(selected) ? toRowId(selected) : null
    if (active === null) list.removeAttribute('aria-activedescendant')
    else list.setAttribute('aria-activedescendant', active)
  }

  function setFollowing(isFollowing: boolean): void {
    if (follows && !isFollowing) seen = entries.at(-1)?.number ?? seen
    follows = isFollowing
  }

  list.addEventListener('click', (event) => {
    const row = event.target instanceof Element ? event.target.closest('[role=option]') : null
    for (const [number, element] of rows) if (element === row) onSelect(number)
  })
  scroller.addEventListener('scroll', () => {
    setAnchor()
    // what the list does itself ends where it is already
    if (follows !== scroller.scrollTop < 1) setFollowing(scroller.scrollTop < 1)
    draw()
    onScroll()
  })
  new ResizeObserver(() => {
    rowHeight = readRowHeight()
    list.style.height = `${entries.length * rowHeight}px`
    draw()
  }).observe(scroller)

  return {
    get unseen() {
      const above = Math.ceil(scroller.scrollTop / rowHeight)
      return follows ? 0 : Math.min(above, entries.length - indexAfter(entries, seen))
    },
    show(next) {
      entries = next
      list.style.height = `${entries.length * rowHeight}px`
      const top = follows || anchor.number === Infinity ? 0 : indexOf(anchor.number) * rowHeight + anchor.offset
      // setting it, even to what it is, would end a scrolling that is under way
      if (Math.abs(scroller.scrollTop - top) >= 1) scroller.scrollTop = top
      draw()
    },
    select(number, isToBeSeen) {
      selected = number
      if (number !== null && isToBeSeen) {
        const top = indexOf(number) * rowHeight
        if (top < scroller.scrollTop) scroller.scrollTop = top
        const bottom = top + rowHeight - scroller.clientHeight
        if (bottom > scroller.scrollTop) scroller.scrollTop = bottom
        setAnchor()
      }
      draw()
    },
    follow() {
      setFollowing(true)
      scroller.scrollTop = 0
      draw()
    },
    hold() {
      setFollowing(false)
      setAnchor()
    },
    reset() {
      list.replaceChildren()
      rows.clear()
      entries = []
      anchor = { number: Infinity, offset: 0 }
      follows = true
      seen = -Infinity
      selected = null
    },
  }
}
