import type { ChangeSource } from './change-source.ts'
import type { Scope } from './scope.ts'

/** What a relay reads from, and asks about it: a deployment, or a backbone that has its changes. */
export interface Origin {
  readonly source: ChangeSource
  readonly listNamespaces: NamespaceList
  /** The version of the server that answers, such as `8.0.4`; `undefined` while none can be reached. Never rejects. */
  serverVersion(): Promise<string | undefined>
  /**
   * The cluster time of the oldest change that can still be read, in seconds since 1970; `undefined` where that is not
   * known. Never rejects.
   */
  historyStart(): Promise<number | undefined>
  /** How it stands with the backbone that changes come through; absent where they come from MongoDB. */
  readonly backbone?: () => BackboneState
  /** Closes what it has opened. Idempotent. */
  close(): Promise<void>
}

/** How it stands with a backbone, for metrics. */
export interface BackboneState {
  readonly isConnected: boolean
  /** How long ago it was last said how far a log is that is being read: of the one of which that is longest. */
  readonly markAgeMs: number | undefined
}

/** A database, or a collection in it, that can be watched. */
export interface ListedNamespace extends Scope {
  readonly db: string
}

/**
 * The databases and collections that can be watched, by name: each database, then its collections. Leaves out what is
 * internal to MongoDB, and views and time series, which have no change streams.
 *
 * **Cost**: one command, and one more for each database; both are shared by all who need the same meanwhile.
 *
 * @param db list this database only; one that does not exist gives nothing
 * @throws RelayError `UPSTREAM_FAILED` or `FORBIDDEN`
 */
export type NamespaceList = (db?: string) => Promise<readonly ListedNamespace[]>
