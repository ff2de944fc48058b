import { watch } from '../src/client/index.ts'
import type { CodeView } from './code/code-view.ts'
import { toGraphiqlUrl } from './code/snippets.ts'
import { createCredentials } from './relay/credentials.ts'
import { createLearnedNames } from './filter/completion/learned-names.ts'
import { createReading } from './reading.ts'
import type { RelayApi } from './relay/relay-api.ts'
import { createRelayInfo, type Relay } from './relay/relay-info.ts'
import { createSandboxWrites } from './relay/sandbox-writes.ts'
import { type Session, startSession } from './session.ts'
import { toCodeView } from './state/code-view.ts'
import { toSandboxTarget } from './state/sandbox-target.ts'
import { readStart } from './state/start.ts'
import { fromSearch, isSameView, toOperations, toSearchOf, toViewName, type View } from './state/view.ts'
import { systemClock } from './stream/clock.ts'
import type { OpenWatch } from './stream/view-watch.ts'
import { createActivity } from './ui/bar/activity.ts'
import { createAnnouncer } from './ui/announcer.ts'
import { createCodeDialog } from './ui/code-dialog.ts'
import { toChangeActions } from './ui/detail/actions.ts'
import { byId, setText } from './ui/element.ts'
import { createEmptyState } from './ui/empty-state.ts'
import { createFilterBox } from './ui/bar/filter-box.ts'
import { createFrame } from './ui/frame.ts'
import { createHelp } from './ui/help.ts'
import { type Key, listenToKeys } from './ui/keys.ts'
import { createSandbox } from './ui/sandbox.ts'
import { createSignIn } from './ui/sign-in.ts'
import { createStartMenu } from './ui/bar/start-menu.ts'
import { createStatusView, type ShownState, WORDS } from './ui/bar/status-view.ts'
import { showTabTitle } from './ui/bar/tab-title.ts'
import { createViewForm } from './ui/bar/view-form.ts'

// relative to the page, so that it also works below a path of a reverse proxy
const endpoint = new URL('graphql', document.baseURI)

/** What is watched first where the relay's default may not be: what there is to see of the deployment. */
const EVERYTHING: View = { db: null, coll: null, where: null, from: null }

/** How often what moves on by itself is drawn, in milliseconds. */
const PULSE_MS = 1_000

const credentials = createCredentials(() => sessionStorage)
const api: RelayApi = { url: endpoint.href, headers: credentials.headers }

let relay: Relay | null = null
let serverVersion: string | null = null
let current: Session | null = null
let operations: readonly string[] = []

const announcer = createAnnouncer(byId('announcer', HTMLElement), systemClock)
const open: OpenWatch = (options) => watch({ ...options, url: endpoint.href, connectionParams: credentials.headers })
const reading = createReading({
  onAny: () => draw(),
  onNew: announcer.countChanges,
  toActions: (change) => toChangeActions(change, () => current?.view ?? EVERYTHING, choose),
})
const emptyState = createEmptyState(startFrom)
const statusView = createStatusView(announcer.say, () => current?.retryNow())
const sandbox = createSandbox({ ...createSandboxWrites(api), say: announcer.say })
const requestDraw = createFrame(draw)
const names = createLearnedNames()
const filter = createFilterBox({ names: names.list, onInput: () => form.change() })
const activity = createActivity({
  onOperations(operationTypes) {
    history.replaceState(null, '', toSearchOf(current?.view ?? EVERYTHING, operationTypes))
    siftOperations(operationTypes)
  },
  onNamespace: (namespace) => choose({ ...EVERYTHING, ...namespace }),
})
const form = createViewForm(filter, { onChoose: choose, onFocus: () => info.refreshNamespaces() })
const startMenu = createStartMenu(startFrom)
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
  // the relay that answers may be another one than before
  activity.reset()
  names.clear()
  current = startSession({
    view,
    open,
    onArrived(change) {
      activity.add(change)
      names.add(change)
    },
    onNews: requestDraw,
    onLive: info.refresh,
    onUnauthenticated: askWho,
  })
  reading.begin(current)
  siftOperations(toOperations(location.search))
  const event = new URLSearchParams(location.search).get('event')
  const start = view.from === null ? null : readStart(view.from)
  if (event !== null) reading.lookFor({ token: event, time: start?.kind === 'at' ? start : null })
  form.show(view)
  startMenu.show(view)
  setText(byId('heading', HTMLElement), `Changes in ${toViewName(view)}`)
  document.body.classList.toggle('one-collection', view.db !== null && view.coll !== null)
  showSandbox(view, relay)
  // at once: what is said of the one before is not true of this one
  draw()
}

function siftOperations(operationTypes: readonly string[]): void {
  operations = operationTypes
  activity.choose(operations)
  reading.siftOperations(operations)
  showCode()
}

/** What there is in code of what is shown. */
function toCode(): CodeView | null {
  return current === null ? null : toCodeView(current.view, operations, Date.now())
}

function showCode(): void {
  const view = toCode()
  if (view !== null) byId('graphiql', HTMLAnchorElement).href = toGraphiqlUrl(view, endpoint.href)
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

function startFrom(from: string | null): void {
  if (current !== null) choose({ ...current.view, from })
}

function choose(view: View): void {
  if (current !== null && isSameView(view, current.view)) {
    current.retryNow()
    return
  }
  const isSamePlace = view.db === current?.view.db && view.coll === current.view.coll
  history.pushState(null, '', toSearchOf(view, isSamePlace ? operations : []))
  follow()
}

function draw(): void {
  if (current === null) return
  const { view, log, status } = current
  reading.draw()
  statusView.show(status, toShownState(current))
  if (log.shown.length > 0 || status.state !== 'live') emptyState.hide()
  else {
    const target = relay === null ? null : toSandboxTarget(view, relay.defaultNamespace ?? EVERYTHING)
    emptyState.show(view, target, relay)
  }
}

function toShownState({ status, log }: Session): ShownState {
  return status.state === 'live' && log.paused ? 'paused' : status.state
}

const keys: readonly Key[] = [
  ...reading.keys,
  { keys: ['f'], label: 'f', does: 'Filter', run: filter.focus },
  { keys: ['?'], label: '?', does: 'These keys', run: () => openHelp() },
]
const openHelp = createHelp(keys)
byId('code-open', HTMLButtonElement).addEventListener('click', createCodeDialog(toCode, endpoint.href))
byId('help-open', HTMLButtonElement).addEventListener('click', openHelp)
listenToKeys(keys)

/** What moves on by itself, and need not be told at once. */
function drawPulse(): void {
  if (document.visibilityState === 'visible') activity.draw()
  if (current === null) return
  const state = toShownState(current)
  showTabTitle(toViewName(current.view), current.log.received, state, WORDS[state])
}
setInterval(drawPulse, PULSE_MS)

addEventListener('popstate', follow)
addEventListener('online', () => current?.wake())
// the timers of a hidden page may run minutes late
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') current?.wake()
})
signIn.showSignedIn(credentials.isSignedIn)
follow()
enter()
