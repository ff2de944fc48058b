import { watch } from '../src/client/index.ts'
import { createCredentials } from './credentials.ts'
import type { RelayApi } from './relay-api.ts'
import { createRelayInfo, type Relay } from './relay-info.ts'
import { createSandboxWrites } from './sandbox-writes.ts'
import { type Session, startSession } from './session.ts'
import { toSandboxTarget } from './state/sandbox-target.ts'
import { fromSearch, isSameView, toSearch, toViewName, type View } from './state/view.ts'
import { systemClock } from './stream/clock.ts'
import type { OpenWatch } from './stream/view-watch.ts'
import { createAnnouncer } from './ui/announcer.ts'
import { createChangeList } from './ui/change-list.ts'
import { byId } from './ui/element.ts'
import { createEmptyState } from './ui/empty-state.ts'
import { createFrame } from './ui/frame.ts'
import { createLogControls } from './ui/log-controls.ts'
import { createSandbox } from './ui/sandbox.ts'
import { createSignIn } from './ui/sign-in.ts'
import { createStatusView, type ShownState } from './ui/status-view.ts'
import { createViewForm } from './ui/view-form.ts'

// relative to the page, so that it also works below a path of a reverse proxy
const endpoint = new URL('graphql', document.baseURI)

/** What is watched first where the relay's default may not be: what there is to see of the deployment. */
const EVERYTHING: View = { db: null, coll: null, where: null }

const credentials = createCredentials(() => sessionStorage)
const api: RelayApi = { url: endpoint.href, headers: credentials.headers }

let relay: Relay | null = null
let serverVersion: string | null = null
let current: Session | null = null

const announcer = createAnnouncer(byId('announcer', HTMLElement), systemClock)
const open: OpenWatch = (options) => watch({ ...options, url: endpoint.href, connectionParams: credentials.headers })
const list = createChangeList(byId('list', HTMLElement))
const emptyState = createEmptyState()
const statusView = createStatusView(announcer.say, () => current?.retryNow())
const sandbox = createSandbox({ ...createSandboxWrites(api), say: announcer.say })
const requestDraw = createFrame(draw)
const controls = createLogControls({
  onPause: () => current?.log.pause(),
  onResume: () => current?.log.resume(),
  onClear: () => current?.log.clear(),
  onAny: requestDraw,
})
const form = createViewForm({ onChoose: choose, onFocus: () => info.refreshNamespaces() })
const signIn = createSignIn({
  onSignIn(token) {
    credentials.signIn(token)
    signIn.hide()
    signIn.showSignedIn(true)
    enter()
  },
  onSignOut() {
    credentials.signOut()
    // nothing that was shown, or is in memory, stays
    location.reload()
  },
})
const info = createRelayInfo({
  api,
  clock: systemClock,
  onRelay(answer) {
    relay = answer
    showRelay(answer)
    // a relay that comes back with another default does not take away what is being watched
    if (current === null) follow()
    requestDraw()
  },
  onUnauthenticated: askWho,
  onServerVersion(version) {
    serverVersion = version
    if (relay !== null) showRelay(relay)
  },
  onNamespaces: form.offer,
})

function showRelay({ version, embedded }: Relay): void {
  const server = serverVersion === null ? '' : ` · MongoDB ${serverVersion}`
  byId('about', HTMLElement).textContent = `Tailrace ${version}${server}${embedded ? ' · embedded engine' : ''}`
  if (!embedded) sandbox.hide()
  else if (current !== null) showSandbox(current.view, relay)
}

function showSandbox(view: View, from: Relay | null): void {
  if (from?.embedded === true) sandbox.show(toSandboxTarget(view, from.defaultNamespace ?? EVERYTHING))
}

/** Watches what the URL says, or the relay's default where it says nothing; that has to be known first. */
function follow(): void {
  const view = fromSearch(location.search) ?? (relay === null ? null : { ...EVERYTHING, ...relay.defaultNamespace })
  if (view === null || (current !== null && isSameView(view, current.view))) return
  current?.stop()
  list.reset()
  // the relay that answers may be another one than before
  current = startSession({ view, open, onNews: requestDraw, onLive: info.refresh, onUnauthenticated: askWho })
  form.show(view)
  byId('heading', HTMLElement).textContent = `Changes in ${toViewName(view)}`
  showSandbox(view, relay)
  // at once: what is said of the one before is not true of this one
  draw()
}

function askWho(reason: string): void {
  // what the relay says to callers without credentials is for programs
  signIn.ask(credentials.isSignedIn ? reason : 'This relay shows changes to those it knows')
  credentials.signOut()
  signIn.showSignedIn(false)
  if (current === null) statusView.show({ state: 'unauthenticated', reason }, 'unauthenticated')
}

/** Asks what there is to know before anything is chosen, and goes on where the relay did not believe who asked. */
function enter(): void {
  info.refresh()
  info.refreshNamespaces()
  if (current?.status.state === 'unauthenticated') current.retryNow()
}

function choose(view: View): void {
  if (current !== null && isSameView(view, current.view)) {
    current.retryNow()
    return
  }
  history.pushState(null, '', toSearch(view))
  follow()
}

function toShownState({ status, log }: Session): ShownState {
  return status.state === 'live' && log.paused ? 'paused' : status.state
}

function draw(): void {
  if (current === null) return
  const { view, log, status } = current
  const isCollection = view.db !== null && view.coll !== null
  const fresh = list.show(log.shown, !isCollection)
  if (fresh > 0) announcer.countChanges(fresh)
  statusView.show(status, toShownState(current))
  controls.show(log, status.state === 'live' ? status.sinceMs : null)
  if (log.shown.length > 0 || status.state !== 'live') emptyState.hide()
  else {
    const target = relay === null ? null : toSandboxTarget(view, relay.defaultNamespace ?? EVERYTHING)
    emptyState.show(view, target, relay?.embedded === true)
  }
}

addEventListener('popstate', follow)
addEventListener('online', () => current?.wake())
// the timers of a hidden page may run minutes late
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') current?.wake()
})
signIn.showSignedIn(credentials.isSignedIn)
follow()
enter()
