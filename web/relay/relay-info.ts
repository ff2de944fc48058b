import {
  PageNamespacesDocument,
  PageRelayDocument,
  type PageRelayQuery,
  PageServerDocument,
} from '../operations.generated.ts'
import { RelayAnswerError, type RelayApi, request } from './relay-api.ts'
import type { Namespace } from '../state/view.ts'
import type { Clock } from '../stream/clock.ts'

/** What the relay says of itself. */
export type Relay = PageRelayQuery['relay']

/** The pause before the relay is asked again, in milliseconds, while it has no answer or no MongoDB. */
const AGAIN_MS = 3_000

/** The shortest pause between two lists of namespaces, in milliseconds. */
const NAMESPACES_PAUSE_MS = 2_000

/** Options of {@link createRelayInfo}. */
export interface RelayInfoOptions {
  readonly api: RelayApi
  readonly clock: Clock
  readonly onRelay: (relay: Relay) => void
  /** Called when the relay asks who is there; it is not asked again until {@link RelayInfo.refresh}. */
  readonly onUnauthenticated: (reason: string) => void
  /** Called with MongoDB's version, or null while MongoDB cannot be reached. */
  readonly onServerVersion: (version: string | null) => void
  readonly onNamespaces: (namespaces: readonly Namespace[]) => void
}

/** Asks the relay about itself. */
export interface RelayInfo {
  /** Asks until the relay has answered and its MongoDB is there. Does nothing while it is at it. */
  refresh(): void
  /** Asks once what there is to watch, at most every two seconds; without an answer, what was offered stays. */
  refreshNamespaces(): void
}

/** Creates it; asks nothing by itself. */
export function createRelayInfo(options: RelayInfoOptions): RelayInfo {
  const { api, clock, onRelay, onUnauthenticated, onServerVersion, onNamespaces } = options
  let asking = false
  let namespacesAtMs = -Infinity

  async function ask(): Promise<void> {
    asking = true
    try {
      const { relay } = await request(api, PageRelayDocument, {})
      onRelay(relay)
      // apart from the rest, because the relay may wait for MongoDB to answer it
      asking = !(await askServer())
    } catch (error) {
      if (error instanceof RelayAnswerError && error.isUnauthenticated) {
        asking = false
        return onUnauthenticated(error.message)
      }
      // the state of the stream tells the person already; this only has to come back
    }
    if (asking) clock.schedule(AGAIN_MS, () => void ask())
  }

  /** Gives whether MongoDB is there. */
  async function askServer(): Promise<boolean> {
    const version = await request(api, PageServerDocument, {}).then(
      ({ relay }) => relay.serverVersion,
      () => null, // no answer in time is no MongoDB in time
    )
    onServerVersion(version)
    return version !== null
  }

  async function askNamespaces(): Promise<void> {
    namespacesAtMs = clock.now()
    try {
      const { namespaces } = await request(api, PageNamespacesDocument, {})
      onNamespaces(namespaces)
    } catch (error) {
      // only an offer: both fields take free text; but a person who signs in is to have it at once
      if (error instanceof RelayAnswerError && error.isUnauthenticated) namespacesAtMs = -Infinity
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
