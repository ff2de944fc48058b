import { readStart, toStartName } from '../state/start.ts'
import { toShellLines } from '../state/shell-lines.ts'
import type { Collection } from '../state/sandbox-target.ts'
import { toViewName, type View } from '../state/view.ts'
import type { Relay } from '../relay/relay-info.ts'
import { createCopyButton } from './copy-button.ts'
import { byId, h, setText } from './element.ts'

/** What the relay says of its engine. */
export type EngineOf = Pick<Relay, 'embedded' | 'engineUri'>

/** What the page shows while there is no change to show. */
export interface EmptyState {
  /**
   * Says that nothing has changed yet and how to make a change.
   *
   * @param target where to write so that it shows up; null when that is the person's choice.
   * @param relay says whether MongoDB is the embedded engine, so that the page has buttons of its own; they need a
   * target
   */
  show(view: View, target: Collection | null, relay: EngineOf | null): void
  hide(): void
}

/**
 * Creates it in the page's markup, hidden. `onFrom` is called with a start, as `readStart` reads it, to look back to.
 */
export function createEmptyState(onFrom: (from: string) => void): EmptyState {
  const section = byId('empty', HTMLElement)
  const title = byId('empty-title', HTMLElement)
  const hint = byId('empty-hint', HTMLElement)
  const lines = byId('empty-lines', HTMLElement)
  const address = byId('empty-address', HTMLElement)
  const uri = byId('empty-uri', HTMLElement)
  const back = byId('empty-back', HTMLElement)
  for (const from of ['5m', '1h', '1d']) {
    const button = h('button', { type: 'button', className: 'quiet' }, toStartName(readStart(from)))
    button.addEventListener('click', () => onFrom(from))
    back.append(button)
  }
  address.append(createCopyButton(() => uri.textContent, 'Copy the address'))
  return {
    show(view, target, relay) {
      const engineUri = relay?.engineUri ?? null
      back.hidden = view.from !== null && view.from !== 'now'
      address.hidden = engineUri === null
      setText(uri, engineUri ?? '')
      section.hidden = false
      setText(title, `Waiting for changes in ${toViewName(view)}`)
      const hold = view.where === null ? '' : 'Only what matches the filter appears here. '
      setText(hint, hold + toHint(relay?.embedded === true, target !== null))
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
  return `${start} this in mongosh, or use a driver, connected to:`
}
