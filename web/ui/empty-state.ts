import { toShellLines } from '../state/shell-lines.ts'
import type { Collection } from '../state/sandbox-target.ts'
import { toViewName, type View } from '../state/view.ts'
import { byId, setText } from './element.ts'

/** What the page shows while there is no change to show. */
export interface EmptyState {
  /**
   * Says that nothing has changed yet and how to make a change.
   *
   * @param target where to write so that it shows up; null when that is the person's choice.
   * @param embedded whether MongoDB is the embedded engine, so that the page has buttons of its own; they need a
   *   target.
   */
  show(view: View, target: Collection | null, embedded: boolean): void
  hide(): void
}

/** Creates it in the page's markup, hidden. */
export function createEmptyState(): EmptyState {
  const section = byId('empty', HTMLElement)
  const title = byId('empty-title', HTMLElement)
  const hint = byId('empty-hint', HTMLElement)
  const lines = byId('empty-lines', HTMLElement)
  return {
    show(view, target, embedded) {
      section.hidden = false
      setText(title, `Waiting for changes in ${toViewName(view)}`)
      const hold = view.where === null ? '' : 'Only what matches the filter appears here. '
      setText(hint, hold + toHint(embedded, target !== null))
      setText(lines, toShellLines(target ?? { db: view.db ?? 'test', coll: view.coll ?? 'test' }))
    },
    hide() {
      section.hidden = true
    },
  }
}

function toHint(embedded: boolean, canWrite: boolean): string {
  if (!embedded) return 'Changes appear here the moment they happen. For example, type this in mongosh:'
  const start = canWrite ? 'Press Insert below, or type' : 'Type'
  return `${start} this in mongosh, connected to the address that Tailrace printed when it started:`
}
