/**
 * A relay without a server, for functions and for other people's servers: `tailrace/handler`.
 *
 * @module
 * @example
 * import { createHandler } from 'tailrace/handler'
 *
 * const relay = createHandler({ mongoUri: 'mongodb+srv://…', principal: (request) => sessionOf(request) })
 * export const GET = (request: Request) => relay.fetch(request)
 */
export { createHandler, type Connection, type Handler } from './relay/handler.ts'
export type { HandlerOptions, Pages } from './relay/handler-options.ts'
export type { GivenPrincipal, PrincipalOf } from './relay/auth/given-principal.ts'
export type { MessageSocket } from './relay/transport/websocket/message-channel.ts'
export type { SocketReceiver } from './relay/transport/websocket/receiver.ts'
export { type ErrorCode, RelayError } from './errors.ts'
export type { LogFields, Logger } from './util/logs/logger.ts'
