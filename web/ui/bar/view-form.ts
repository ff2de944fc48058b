import type { FilterBox } from './filter-box.ts'
import { isSameView, type Namespace, type View } from '../../state/view.ts'
import { byId, h } from '../element.ts'

/** Options of {@link createViewForm}. */
export interface ViewFormOptions {
  /** Called with what was chosen, also when that is what is watched already. */
  readonly onChoose: (view: View) => void
  /** Called when the person is about to choose: the moment to look for new namespaces. */
  readonly onFocus: () => void
}

/** The fields that say what to watch. */
export interface ViewForm {
  /** Fills the fields with what is watched. */
  show(view: View): void
  /** Offers these databases and collections. */
  offer(namespaces: readonly Namespace[]): void
  /** Notes that something was typed. */
  change(): void
}

/** Creates it in the page's markup. The fields take free text; an empty one means all. */
export function createViewForm(filter: FilterBox, options: ViewFormOptions): ViewForm {
  const form = byId('view-form', HTMLFormElement)
  const db = byId('db', HTMLInputElement)
  const coll = byId('coll', HTMLInputElement)
  const watch = byId('watch', HTMLButtonElement)
  const databases = byId('databases', HTMLDataListElement)
  const collections = byId('collections', HTMLDataListElement)
  let watched: View = { db: null, coll: null, where: null, from: null }
  let known: readonly Namespace[] = []

  function toChosen(): View {
    const [chosenDb, chosenColl] = [db.value.trim() || null, coll.value.trim() || null]
    // a token or a time of one namespace may mean nothing to another one
    const isSamePlace = chosenDb === watched.db && chosenColl === watched.coll
    const from = isSamePlace ? watched.from : null
    return { db: chosenDb, coll: chosenColl, where: filter.text, from }
  }

  function onInput(): void {
    const chosen = toChosen()
    coll.setCustomValidity(chosen.db === null && chosen.coll !== null ? 'A collection needs a database' : '')
    watch.hidden = isSameView(chosen, watched)
    // as wide as what is in them: they read as a path
    for (const input of [db, coll]) input.size = Math.max(4, (input.value || input.placeholder).length + 1)
    const names = known.flatMap((namespace) => (namespace.db === chosen.db ? (namespace.coll ?? []) : []))
    collections.replaceChildren(...names.map((value) => h('option', { value })))
  }

  for (const input of [db, coll]) {
    input.addEventListener('input', onInput)
    input.addEventListener('focus', options.onFocus)
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (filter.check()) options.onChoose(toChosen())
  })
  return {
    change: onInput,
    show(view) {
      watched = view
      db.value = view.db ?? ''
      coll.value = view.coll ?? ''
      filter.show(view.where)
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
