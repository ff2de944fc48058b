import type { Failure } from '../failure.ts'
import type { WorkerPlace } from './limits.ts'

/** What a worker is to do. */
export interface Order extends WorkerPlace {
  /** The arguments after the program's name. */
  readonly args: readonly string[]
  /** The files that the configuration was read from, with their paths: all workers have one configuration. */
  readonly files: readonly (readonly [path: string, text: string])[]
  readonly logFormat: 'json' | 'text'
  /** Where to listen; that of `--port 0` is given once it is known. */
  readonly port: number
  /** The embedded engine of the primary; absent with a MongoDB of one's own. */
  readonly engineUri?: string | undefined
}

/** What became of an order: where the worker serves, or why it does not. */
export type Started = { readonly url: string; readonly graphqlUrl: string } | { readonly failure: Failure }
