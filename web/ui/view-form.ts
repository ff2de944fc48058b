import type { View } from '../state/view.ts'
import { byId, h } from './element.ts'

/** Options of {@link createViewForm}. */
export interface ViewFormOptions {
  /** Called with what was chosen, also when that is what is watched already. */
  readonly onChoose: (view: View) => void
  /** Called when the person is about to choose: the moment to look for new namespaces. */
  readonly onFocus: () => void
}

/** The two fields that say what to watch. */
export interface ViewForm {
  /** Fills the fields with what is watched. */
  show(view: View): void
  /** Offers these databases and collections. */
  offer(namespaces: readonly View[]): void
}

/** Creates it in the page's markup. Both fields take free text; an empty one means all. */
export function createViewForm(options: ViewFormOptions): ViewForm {
  const form = byId('view-form', HTMLFormElement)
  const db = byId('db', HTMLInputElement)
  const coll = byId('coll', HTMLInputElement)
  const databases = byId('databases', HTMLDataListElement)
  const collections = byId('collections', HTMLDataListElement)
  let watched: View = { db: null, coll: null }
  let known: readonly View[] = []

  function toChosen(): View {
    return { db: db.value.trim() || null, coll: coll.value.trim() || null }
  }

  function onInput(): void {
    const chosen = toChosen()
    coll.setCustomValidity(chosen.db === null && chosen.coll !== null ? 'A collection needs a database' : '')
    form.classList.toggle('changed', chosen.db !== watched.db || chosen.coll !== watched.coll)
    const names = known.flatMap((namespace) => (namespace.db === chosen.db ? (namespace.coll ?? []) : []))
    collections.replaceChildren(...names.map((value) => h('option', { value })))
  }

  form.addEventListener('input', onInput)
  form.addEventListener('focusin', options.onFocus)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    options.onChoose(toChosen())
  })
  return {
    show(view) {
      watched = view
      db.value = view.db ?? ''
      coll.value = view.coll ?? ''
      onInput()
    },
    offer(namespaces) {
      known = namespaces
      const names = new Set(namespaces.flatMap((namespace) => namespace.db ?? []))
      databases.replaceChildren(...[...names].map((value) => h('option', { value })))
      onInput()
    },
  }
}
