import type { Session } from './session.ts'
import type { Entry } from './state/change-log.ts'
import { stepFrom, type Step } from './state/selection.ts'
import { createShownEntries, EVERY, type Sieve } from './state/shown-entries.ts'
import type { Change } from './stream/change.ts'
import { type ClusterTime, compareTimes, toClusterTime } from './stream/cluster-time.ts'
import { createDetailPane } from './ui/detail/detail-pane.ts'
import { toImagesHint } from './ui/detail/images-hint.ts'
import { byId } from './ui/element.ts'
import { saveText, toNdjson } from './ui/export.ts'
import type { Key } from './ui/keys.ts'
import { createChangeList } from './ui/list/change-list.ts'
import { createLogControls } from './ui/log-controls.ts'
import { createOlderButton } from './ui/older-button.ts'

/** What a person does with what a session has received: to look through it, choose, hold, search and save. */
export interface Reading {
  /** Reads another session from now on. */
  begin(session: Session): void
  /** Selects an event as soon as it is there: by its token, else by its cluster time. */
  lookFor(event: { readonly token: string; readonly time: ClusterTime | null }): void
  /** Shows changes of these operations only; of all for none. */
  siftOperations(operationTypes: readonly string[]): void
  /** Draws what there is. */
  draw(): void
  readonly keys: readonly Key[]
}

/** What a reading reports. */
export interface ReadingOptions {
  /** Called when the person has paused or resumed, so that the state is another one. */
  readonly onAny: () => void
  /** Called with how many changes have come into the list. */
  readonly onNew: (count: number) => void
  /** Gives buttons for what can be done with a change. */
  readonly toActions: (change: Change) => readonly HTMLElement[]
}

/** Creates it in the page's markup: the list, the pane beside it, and their controls. */
export function createReading({ onAny, onNew, toActions }: ReadingOptions): Reading {
  let session: Session | null = null
  let shownEntries = createShownEntries()
  let sieve: Sieve = EVERY
  let selected: Entry | null = null
  const nothing = byId('nothing', HTMLElement)
  let announced = 0
  let wanted: Parameters<Reading['lookFor']>[0] | null = null
  const list = createChangeList({
    scroller: byId('scroller', HTMLElement),
    list: byId('list', HTMLElement),
    onSelect: (number) => select(listed().find((entry) => entry.number === number) ?? null, false),
    onScroll: showControls,
  })
  const detail = createDetailPane({ onClose: () => select(null, false), toActions, toHint: toImagesHint })
  const controls = createLogControls({
    onPause: pauseOrResume,
    onClear: clear,
    onExport: exportListed,
    onSearch: (search) => sift({ ...sieve, search }),
    onUnseen() {
      list.follow()
      showControls()
    },
  })

  const older = createOlderButton(() => session?.loadOlder())

  /** The entries in the list, oldest first. */
  function listed(): readonly Entry[] {
    return session === null ? [] : shownEntries.read(session.log)
  }

  function find(): Entry | null {
    if (wanted === null) return null
    const { token, time } = wanted
    const changes = listed().flatMap((entry) => (entry.item.kind === 'change' ? [{ entry, ...entry.item }] : []))
    const isThen = (change: Change) => {
      const at = toClusterTime(change)
      return time !== null && at !== null && compareTimes(at, time) === 0
    }
    const found =
      changes.find(({ change }) => change.resumeToken === token) ?? changes.find(({ change }) => isThen(change))
    if (found !== undefined) wanted = null
    return found?.entry ?? null
  }

  function draw(): void {
    if (session === null) return
    list.show(listed())
    const found = selected === null ? find() : null
    if (found !== null) select(found, true)
    const { received, held } = session.log
    if (received - held > announced) onNew(received - held - announced)
    announced = received - held
    showControls()
  }

  function showControls(): void {
    if (session === null) return
    const { log, status } = session
    const completeSinceMs = status.state === 'live' ? status.sinceMs : null
    const changes = listed().filter((entry) => entry.item.kind === 'change')
    nothing.hidden = log.shown.length === 0 || changes.length > 0
    older.show(session)
    controls.show({ log, listed: changes.length, unseen: list.unseen, completeSinceMs })
  }

  function sift(next: Sieve): void {
    sieve = next
    shownEntries.sift(sieve)
    draw()
  }

  function select(entry: Entry | null, isToBeSeen: boolean): void {
    selected = entry
    if (entry !== null) list.hold()
    detail.show(entry)
    list.select(entry?.number ?? null, isToBeSeen)
    showControls()
  }

  function step(to: Step): void {
    const entry = stepFrom(selected, to, listed())
    if (entry !== null) select(entry, true)
  }

  function pauseOrResume(): void {
    if (session?.log.paused === true) session.log.resume()
    else session?.log.pause()
    onAny()
  }

  function clear(): void {
    session?.log.clear()
    select(null, false)
    list.follow()
    onAny()
  }

  function exportListed(): void {
    if (session === null) return
    const { db, coll } = session.view
    const name = [db ?? 'changes', coll].filter((part) => part !== null).join('.')
    saveText(`${name}.ndjson`, toNdjson(listed()), 'application/x-ndjson')
  }

  return {
    begin(next) {
      session = next
      select(null, false)
      list.reset()
      announced = 0
      wanted = null
      shownEntries = createShownEntries()
      shownEntries.sift(sieve)
    },
    lookFor(event) {
      wanted = event
    },
    siftOperations: (operationTypes) => sift({ ...sieve, operationTypes }),
    draw,
    keys: [
      {
        keys: ['j', 'ArrowDown'],
        label: 'j ↓',
        does: 'The next older change',
        run: () => step('older'),
        isShared: true,
      },
      { keys: ['k', 'ArrowUp'], label: 'k ↑', does: 'The next newer change', run: () => step('newer'), isShared: true },
      { keys: ['g', 'Home'], label: 'g Home', does: 'The newest change', run: () => step('newest'), isShared: true },
      { keys: ['G', 'End'], label: 'G End', does: 'The oldest change', run: () => step('oldest'), isShared: true },
      {
        keys: ['1', '2', '3'],
        label: '1 2 3',
        does: 'What changed, document, event',
        run: (key) => detail.chooseTab(Number(key) - 1),
      },
      { keys: ['Escape'], label: 'Esc', does: 'Close the details', run: () => select(null, false) },
      { keys: ['/'], label: '/', does: 'Search in what was received', run: controls.focusSearch },
      { keys: ['p'], label: 'p', does: 'Pause, resume', run: pauseOrResume },
    ],
  }
}
