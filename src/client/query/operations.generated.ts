/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How BSON values are written as JSON. */
export type EjsonFormat =
  /** Every type spelled out, nothing lost: for programs. */
  | 'CANONICAL'
  /** Plain JSON numbers where they are exact, ISO 8601 dates: for people. */
  | 'RELAXED';

/** What `fullDocument` of an update event holds; the server's option of the same name. */
export type FullDocument =
  /** Absent for updates. */
  | 'DEFAULT'
  /** The post-image; where an update has none, this subscription ends before it with `UPSTREAM_FAILED`, whatever its filters. */
  | 'REQUIRED'
  /** The current version of the document when the event is read; it may be newer than the event, or null when the document is gone. */
  | 'UPDATE_LOOKUP'
  /** The post-image where the collection records images (MongoDB 6.0), otherwise null. */
  | 'WHEN_AVAILABLE';

/** Whether the document as it was before the change is delivered; the server's option of the same name (MongoDB 6.0). */
export type FullDocumentBeforeChange =
  /** Absent. */
  | 'OFF'
  /** The pre-image; where an event has none, this subscription ends before it with `UPSTREAM_FAILED`, whatever its filters. */
  | 'REQUIRED'
  /** The pre-image where the collection records images, otherwise null. */
  | 'WHEN_AVAILABLE';

/** When the documents of a collection are delivered. */
export type Snapshot =
  /** First, where the subscription continues after nothing. */
  | 'FIRST'
  /**
   * First, and again where the subscription would end with `HISTORY_LOST`: then a `snapshotStart` says that everything is to
   * be forgotten, and the documents follow. The state converges whatever happens.
   */
  | 'ON_HISTORY_LOST';

export type WatchChangesSubscriptionVariables = Exact<{
  db?: string | null | undefined;
  coll?: string | null | undefined;
  operationTypes?: Array<string> | string | null | undefined;
  where?: unknown;
  fullDocument?: FullDocument;
  fullDocumentBeforeChange?: FullDocumentBeforeChange;
  showExpandedEvents?: boolean;
  startAfter?: string | null | undefined;
  startAtOperationTime?: unknown;
  last?: number | null | undefined;
  snapshot?: Snapshot | null | undefined;
  format?: EjsonFormat;
}>;


export type WatchChangesSubscription = { changes: { resumeToken: string, operationType: string, clusterTime: unknown, wallTime: string | null, documentKey: unknown, fullDocument: unknown, fullDocumentBeforeChange: unknown, txnNumber: string | null, lsid: unknown, operationDescription: unknown, collectionUUID: unknown, json: unknown, jsonText: string, ns: { db: string, coll: string | null } | null, to: { db: string, coll: string | null } | null, updateDescription: { updatedFields: unknown, removedFields: Array<string> | null, disambiguatedPaths: unknown, truncatedArrays: Array<{ field: string, newSize: number }> | null } | null } };
