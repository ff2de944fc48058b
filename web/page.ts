import { createRelayInfo, type Relay } from './relay-info.ts'
import { createSandboxWrites } from './sandbox-writes.ts'
import { type ChangeLog, createChangeLog } from './state/change-log.ts'
import { toSandboxTarget } from './state/sandbox-target.ts'
import { fromSearch, isSameView, toSearch, toViewName, type View } from './state/view.ts'
import { createOpenAttempt } from './stream/attempt.ts'
import { systemClock } from './stream/clock.ts'
import type { Status } from './stream/status.ts'
import { startWatch, type Watch } from './stream/watch.ts'
import { createAnnouncer } from './ui/announcer.ts'
import { createChangeList } from './ui/change-list.ts'
import { byId } from './ui/element.ts'
import { createEmptyState } from './ui/empty-state.ts'
import { createFrame } from './ui/frame.ts'
import { createLogControls } from './ui/log-controls.ts'
import { createSandbox } from './ui/sandbox.ts'
import { createStatusView, type ShownState } from './ui/status-view.ts'
import { createViewForm } from './ui/view-form.ts'

/** The view on the screen. */
interface Current {
  readonly view: View
  readonly watch: Watch
  readonly log: ChangeLog
  status: Status
}

// relative to the page, so that it also works below a path of a reverse proxy
const endpoint = new URL('graphql', document.baseURI)
const socketUrl = new URL(endpoint)
socketUrl.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:'

let relay: Relay | null = null
// undefined until the relay has said
let serverVersion: string | null | undefined
let current: Current | null = null

const announcer = createAnnouncer(byId('announcer', HTMLElement), systemClock)
const open = createOpenAttempt({ url: socketUrl.href })
const list = createChangeList(byId('list', HTMLElement))
const emptyState = createEmptyState()
const statusView = createStatusView(announcer.say, () => current?.watch.retryNow())
const sandbox = createSandbox({ ...createSandboxWrites(endpoint.href), say: announcer.say })
const requestDraw = createFrame(draw)
const controls = createLogControls({
  onPause: () => current?.log.pause(),
  onResume: () => current?.log.resume(),
  onClear: () => current?.log.clear(),
  onAny: requestDraw,
})
const form = createViewForm({ onChoose: choose, onFocus: () => info.refreshNamespaces() })
const info = createRelayInfo({
  url: endpoint.href,
  clock: systemClock,
  onRelay(answer) {
    relay = answer
    showRelay(answer)
    follow()
    requestDraw()
  },
  onServerVersion(version) {
    serverVersion = version
    if (relay !== null) showRelay(relay)
    requestDraw()
  },
  onNamespaces: form.offer,
})

function showRelay({ version, embedded }: Relay): void {
  const server = typeof serverVersion === 'string' ? ` · MongoDB ${serverVersion}` : ''
  byId('about', HTMLElement).textContent = `Tailrace ${version}${server}${embedded ? ' · embedded engine' : ''}`
  if (!embedded) sandbox.hide()
  else if (current !== null) showSandbox(current.view, relay)
}

function showSandbox(view: View, from: Relay | null): void {
  if (from?.embedded === true) sandbox.show(toSandboxTarget(view, from.defaultNamespace))
}

/** Watches what the URL says, or the relay's default where it says nothing; that has to be known first. */
function follow(): void {
  const view = fromSearch(location.search) ?? relay?.defaultNamespace
  if (view === undefined || (current !== null && isSameView(view, current.view))) return
  current?.watch.stop()
  const log = createChangeLog()
  list.reset()
  current = { view, log, status: { state: 'connecting' }, watch: startView(view, log) }
  form.show(view)
  byId('heading', HTMLElement).textContent = `Changes in ${toViewName(view)}`
  showSandbox(view, relay)
  requestDraw()
}

function startView(view: View, log: ChangeLog): Watch {
  return startWatch({
    view,
    open,
    clock: systemClock,
    random: Math.random,
    onChange(change) {
      log.add({ kind: 'change', change })
      requestDraw()
    },
    onGap(gap) {
      log.add({ kind: 'gap', gap })
      requestDraw()
    },
    onStatus(status) {
      if (current?.log === log) current.status = status
      // the relay that answers now may be another one than before
      if (status.state === 'live') info.refresh()
      requestDraw()
    },
  })
}

function choose(view: View): void {
  if (current !== null && isSameView(view, current.view)) {
    current.watch.retryNow()
    return
  }
  history.pushState(null, '', toSearch(view))
  follow()
}

function toShownState({ status, log }: Current): ShownState {
  if (status.state !== 'live') return status.state
  if (serverVersion === null) return 'waiting'
  return log.paused ? 'paused' : 'live'
}

function draw(): void {
  if (current === null) return
  const { view, log, status } = current
  const isCollection = view.db !== null && view.coll !== null
  const fresh = list.show(log.shown, !isCollection)
  if (fresh > 0) announcer.countChanges(fresh)
  statusView.show(status, toShownState(current))
  controls.show(log)
  if (log.shown.length > 0 || status.state !== 'live') emptyState.hide()
  else {
    const target = relay === null ? null : toSandboxTarget(view, relay.defaultNamespace)
    emptyState.show(view, target, relay?.embedded === true)
  }
}

addEventListener('popstate', follow)
addEventListener('online', () => current?.watch.retryNow())
follow()
info.refresh()
info.refreshNamespaces()
