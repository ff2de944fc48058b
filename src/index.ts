/**
 * Tailrace as a library: a relay, and the embedded engine by itself.
 *
 * @module
 * @example
 * import { createRelay } from 'tailrace'
 *
 * const relay = await createRelay({ mongoUri: 'mongodb://127.0.0.1:27017/?replicaSet=rs0', namespace: 'shop.orders' })
 * console.log(relay.graphqlUrl)
 * await relay.stop()
 */
export type { AuthOptions } from './auth/auth-schema.ts'
export { startEngine } from './engine/engine.ts'
export type { Engine, EngineOptions } from './engine/engine.ts'
export { RelayError } from './errors.ts'
export type { ErrorCode } from './errors.ts'
export type { LogFields, Logger } from './logger.ts'
export { createRelay } from './relay.ts'
export type { Relay } from './relay.ts'
export type { RelayOptions } from './relay-options.ts'
