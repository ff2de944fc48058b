import { PageNamespacesDocument, PageRelayDocument, type PageRelayQuery } from './operations.generated.ts'
import { request } from './relay-api.ts'
import type { View } from './state/view.ts'
import type { Clock } from './stream/clock.ts'

/** What the relay says of itself. */
export type Relay = PageRelayQuery['relay']

/** The pause before the relay is asked again, in milliseconds, while it has no answer or no MongoDB. */
const AGAIN_MS = 3_000

/** The shortest pause between two lists of namespaces, in milliseconds. */
const NAMESPACES_PAUSE_MS = 2_000

/** Options of {@link createRelayInfo}. */
export interface RelayInfoOptions {
  readonly url: string
  readonly clock: Clock
  readonly onRelay: (relay: Relay) => void
  readonly onNamespaces: (namespaces: readonly View[]) => void
}

/** Asks the relay about itself. */
export interface RelayInfo {
  /** Asks until the relay has answered and its MongoDB is there. Does nothing while it is at it. */
  refresh(): void
  /** Asks once what there is to watch, at most every two seconds; without an answer, what was offered stays. */
  refreshNamespaces(): void
}

/** Creates it; asks nothing by itself. */
export function createRelayInfo({ url, clock, onRelay, onNamespaces }: RelayInfoOptions): RelayInfo {
  let asking = false
  let namespacesAtMs = -Infinity

  async function ask(): Promise<void> {
    asking = true
    let settled = false
    try {
      const { relay } = await request(url, PageRelayDocument, {})
      settled = relay.serverVersion !== null
      onRelay(relay)
    } catch {
      // the state of the stream tells the person already; this only has to come back
    }
    if (settled) asking = false
    else clock.schedule(AGAIN_MS, () => void ask())
  }

  async function askNamespaces(): Promise<void> {
    namespacesAtMs = clock.now()
    try {
      const { namespaces } = await request(url, PageNamespacesDocument, {})
      onNamespaces(namespaces)
    } catch {
      // only an offer: both fields take free text
    }
  }

  return {
    refresh() {
      if (!asking) void ask()
    },
    refreshNamespaces() {
      if (clock.now() - namespacesAtMs >= NAMESPACES_PAUSE_MS) void askNamespaces()
    },
  }
}
