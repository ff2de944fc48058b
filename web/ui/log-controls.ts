import { toClockText } from '../format/time.ts'
import type { ChangeLog } from '../state/change-log.ts'
import { byId } from './element.ts'

/** Options of {@link createLogControls}. */
export interface LogControlsOptions {
  readonly onPause: () => void
  readonly onResume: () => void
  readonly onClear: () => void
  /** Called after each of them. */
  readonly onAny: () => void
}

/** The buttons that pause and clear, and the count of changes. */
export interface LogControls {
  /**
   * @param completeSinceMs from when on nothing is missing, in milliseconds since 1970; null while that is not known
   */
  show(log: Pick<ChangeLog, 'paused' | 'held' | 'received' | 'shown'>, completeSinceMs: number | null): void
}

function toCount({ received, shown, paused, held }: Parameters<LogControls['show']>[0]): string {
  const visible = shown.filter((entry) => entry.item.kind === 'change').length
  const outside = paused ? received - held : received
  if (received === 0) return ''
  const total = `${received.toLocaleString('en')} received`
  if (visible === outside && !paused) return total
  return `${total}, ${visible.toLocaleString('en')} shown`
}

/** Creates them in the page's markup. */
export function createLogControls(options: LogControlsOptions): LogControls {
  const pause = byId('pause', HTMLButtonElement)
  const clear = byId('clear', HTMLButtonElement)
  const count = byId('count', HTMLElement)
  let paused = false

  pause.addEventListener('click', () => {
    if (paused) options.onResume()
    else options.onPause()
    options.onAny()
  })
  clear.addEventListener('click', () => {
    options.onClear()
    options.onAny()
  })
  return {
    show(log, completeSinceMs) {
      paused = log.paused
      pause.textContent = paused ? `Resume${log.held > 0 ? ` (${log.held.toLocaleString('en')} new)` : ''}` : 'Pause'
      const total = toCount(log)
      const promise = completeSinceMs === null ? '' : `nothing missed since ${toClockText(completeSinceMs, Date.now())}`
      count.textContent = [total, promise].filter(Boolean).join(' · ')
    },
  }
}
