import type { ListedNamespace } from '../changes/namespaces.ts'
import type { Feed } from '../feed/feed.ts'
import type { Sandbox } from './sandbox.ts'

/** What the resolvers answer from; one for the life of a relay. */
export interface Services {
  readonly feed: Feed
  /** The namespaces that can be watched, in order. */
  readonly listNamespaces: (db?: string) => Promise<readonly ListedNamespace[]>
  /** MongoDB's version; `undefined` while it cannot be reached. Asked at most once per query. */
  readonly serverVersion: () => Promise<string | undefined>
  readonly version: string
  readonly defaultNamespace: ListedNamespace
  /** Present with the embedded engine only. */
  readonly sandbox?: Sandbox
  /** Takes an error that is masked for the client. */
  readonly reportError: (error: unknown) => void
}

/** What every resolver receives; one for each operation. */
export interface GraphQLContext {
  readonly services: Services
  /** Where an `EventSource` that reconnects left off; overrides the starting position in the operation. */
  readonly lastEventId?: string | undefined
}
