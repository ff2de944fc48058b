import type { Timestamp } from 'bson'
import type { Change } from '../changes/change.ts'
import type { Scope } from '../changes/scope.ts'
import type { Deployment } from './deployment.ts'
import { isCollectionInScope } from './token-collection.ts'
import { watch, type WatchOptions } from './watch.ts'

/** Where changes come from: a deployment, or what stands for one in a test. */
export interface ChangeSource {
  /** The events of a scope: see {@link watch}. */
  watch(options: WatchOptions, signal: AbortSignal): AsyncGenerator<readonly Change[], never, void>
  /** The cluster time, from a command that starts after the call; `undefined` where the server gives none. */
  operationTime(): Promise<Timestamp | undefined>
  /** Whether a collection is in a scope now, by the hex of its UUID; `undefined` where that is not known. */
  isCollectionInScope(scope: Scope, uuid: string): Promise<boolean | undefined>
}

/** The changes of a deployment. */
export function createMongoSource(deployment: Deployment): ChangeSource {
  return {
    watch: (options, signal) => watch(deployment, options, signal),
    operationTime: () => deployment.operationTime(),
    isCollectionInScope: (scope, uuid) => isCollectionInScope(deployment, scope, uuid),
  }
}
