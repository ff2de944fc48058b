/**
 * MongoDB's changes in a GraphQL schema, and programs, of one's own: `tailrace/changes`.
 *
 * @module
 * @example
 * import { createSchema } from 'graphql-yoga'
 * import { createChanges } from 'tailrace/changes'
 *
 * const changes = createChanges({ client, principal: ({ session }) => session.user })
 * const schema = createSchema({
 *   typeDefs: [own, changes.typeDefs],
 *   resolvers: [ownResolvers, changes.resolvers],
 * })
 */
export { createChanges, type Changes } from './relay/create-changes.ts'
export type { ChangesOptions } from './relay/changes-options.ts'
export type { GivenPrincipal, PrincipalOf } from './relay/auth/given-principal.ts'
export type { Change, ChangedNamespace } from './relay/transport/iterable/change.ts'
export type { ChangesArguments } from './relay/transport/iterable/changes-arguments.ts'
export type { ChangesResolvers } from './relay/transport/iterable/own-schema.ts'
export { type ErrorCode, RelayError } from './errors.ts'
export type { LogFields, Logger } from './util/logs/logger.ts'
