import type { Policy } from '../access/rules/policy.ts'
import type { Principal } from '../auth/principal/principal.ts'
import type { ListedNamespace } from '../changes/origin.ts'
import type { Feed } from '../feed/feed.ts'
import type { Trace } from '../../util/trace.ts'
import type { OperationLimits } from './limits/operation-limits.ts'
import type { Sandbox } from './sandbox.ts'

/** What the resolvers answer from; one for the life of a relay. */
export interface Services {
  readonly feed: Feed
  /** Who may see what. */
  readonly policy: Policy
  readonly operationLimits: OperationLimits
  /** What the result of one operation may still have, where it is not made event by event. */
  readonly resultBytes: ResultBytes
  /** Longest resume token taken from a client, in bytes. */
  readonly maxTokenBytes: number
  /** The namespaces that can be watched, in order. Asked at most once per operation and database. */
  readonly listNamespaces: (db?: string) => Promise<readonly ListedNamespace[]>
  /** MongoDB's version; `undefined` while it cannot be reached. Asked at most once per operation. */
  readonly serverVersion: () => Promise<string | undefined>
  readonly version: string
  readonly defaultNamespace: ListedNamespace
  /** Present with the embedded engine only. */
  readonly sandbox?: Sandbox
  /** Takes an error that is masked for the client. */
  readonly reportError: (error: unknown) => void
  /**
   * Notes in the log, not too often, that a limit refused a caller; the message says which, and nothing of the caller.
   */
  readonly noteLimit: (message: string) => void
  /** Makes spans of operations over HTTP; absent: none are made. */
  readonly trace?: Trace | undefined
  /** Counts errors that a client is sent. */
  readonly countErrors: (errors: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[]) => void
}

/** Bytes that a result may have. */
export interface ResultBytes {
  readonly max: number
  /** Takes so many, if there are as many left; gives whether there were. */
  take(bytes: number): boolean
}

/** As many as a limit allows. */
export function createResultBytes(max: number): ResultBytes {
  let left = max
  return {
    max,
    take(bytes) {
      if (bytes > left) return false
      left -= bytes
      return true
    },
  }
}

/** What every resolver receives; one for each operation. */
export interface GraphQLContext {
  readonly services: Services
  /** Who asks. */
  readonly principal: Principal
  /** What their shares are counted by, as `ownerOf` gives it. */
  readonly owner: string
  /** Where an `EventSource` that reconnects left off; overrides the starting position in the operation. */
  readonly lastEventId?: string | undefined
}

/** The services for one operation: however many aliases ask the same, MongoDB is asked once. */
export function toOperationServices(services: Services): Services {
  const namespaces = new Map<string | undefined, ReturnType<Services['listNamespaces']>>()
  let version: ReturnType<Services['serverVersion']> | undefined
  return {
    ...services,
    resultBytes: createResultBytes(services.resultBytes.max),
    listNamespaces(db) {
      const listed = namespaces.get(db) ?? services.listNamespaces(db)
      namespaces.set(db, listed)
      return listed
    },
    serverVersion: () => (version ??= services.serverVersion()),
  }
}
