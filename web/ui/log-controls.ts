import { toClockText } from '../format/time.ts'
import type { ChangeLog } from '../state/change-log.ts'
import { byId, setText } from './element.ts'

/** What the controls do. */
export interface LogControlsOptions {
  readonly onPause: () => void
  readonly onClear: () => void
  readonly onExport: () => void
  readonly onSearch: (text: string) => void
  /** Called when the person wants to see what has arrived while they were looking elsewhere. */
  readonly onUnseen: () => void
}

/** What is shown of the log. */
export interface Shown {
  readonly log: Pick<ChangeLog, 'paused' | 'held' | 'received'>
  /** How many changes are in the list. */
  readonly listed: number
  /** How many of them are above what is in sight, and new. */
  readonly unseen: number
  /** From when on nothing is missing, in milliseconds since 1970; null while that is not known. */
  readonly completeSinceMs: number | null
}

/** The buttons that pause, clear and export, the search, and the count of changes. */
export interface LogControls {
  show(shown: Shown): void
  focusSearch(): void
}

const toCount = (count: number) => count.toLocaleString('en')

function toTotal({ log: { received }, listed }: Shown): string {
  if (received === 0 && listed === 0) return ''
  const total = `${toCount(received)} received`
  return listed === received ? total : `${total}, ${toCount(listed)} shown`
}

/** Creates them in the page's markup. */
export function createLogControls(options: LogControlsOptions): LogControls {
  const pause = byId('pause', HTMLButtonElement)
  const count = byId('count', HTMLElement)
  const search = byId('search', HTMLInputElement)
  const unseen = byId('unseen', HTMLButtonElement)

  pause.addEventListener('click', options.onPause)
  byId('clear', HTMLButtonElement).addEventListener('click', options.onClear)
  byId('export', HTMLButtonElement).addEventListener('click', options.onExport)
  unseen.addEventListener('click', options.onUnseen)
  search.addEventListener('input', () => options.onSearch(search.value))
  return {
    show(shown) {
      const { paused, held } = shown.log
      setText(pause, paused ? `Resume${held > 0 ? ` (${toCount(held)} new)` : ''}` : 'Pause')
      unseen.hidden = shown.unseen === 0
      if (shown.unseen > 0) setText(unseen, `${toCount(shown.unseen)} new ↑`)
      const since = shown.completeSinceMs
      const promise = since === null ? '' : `nothing missed since ${toClockText(since, Date.now())}`
      setText(count, [toTotal(shown), promise].filter(Boolean).join(' · '))
    },
    focusSearch() {
      search.focus()
      search.select()
    },
  }
}
