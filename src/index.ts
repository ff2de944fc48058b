/**
 * Tailrace as a library: a relay. The embedded engine by itself is `tailrace/engine`, the client `tailrace/client`.
 *
 * @module
 * @example
 * import { createRelay } from 'tailrace'
 *
 * const relay = await createRelay({ mongoUri: 'mongodb://127.0.0.1:27017/?replicaSet=rs0', namespace: 'shop.orders' })
 * console.log(relay.graphqlUrl)
 * await relay.stop()
 */
import type { RelayOptions } from './relay/options.ts'
import type { Relay } from './adapters/node/relay.ts'

export type { AuthOptions } from './relay/auth/auth-schema.ts'
export { type ErrorCode, RelayError } from './errors.ts'
export type { LogFields, Logger } from './util/logs/logger.ts'
export type { Relay, RelayOptions }

/**
 * Starts a relay; loads what its options ask for before it listens, and nothing afterwards.
 *
 * @throws what {@link import('./adapters/node/relay.ts').createRelay} throws
 */
export async function createRelay(options?: RelayOptions): Promise<Relay> {
  return (await import('./adapters/node/relay.ts')).createRelay(options)
}
