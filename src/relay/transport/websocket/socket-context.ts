import type { Context } from 'graphql-ws'
import type { Credentials } from '../../auth/bearer-token.ts'
import type { Principal } from '../../auth/principal/principal.ts'
import type { Batch, Subscription } from '../../feed/sink.ts'
import type { IdleTracked } from '../limits/idle-connections.ts'
import type { LiveOperation } from './live-operation.ts'

/** What graphql-ws knows of a socket. */
export type SocketContext = Context<Record<string, unknown>, SocketExtra>

/** What belongs to one socket; graphql-ws hands it to its hooks. */
export interface SocketExtra extends IdleTracked {
  /** Who is at the other end; changes with its credentials. */
  principal: Principal
  /** What an anonymous caller is counted by, as `countedAddress` gives it. */
  readonly address: string
  /** When the socket was opened, by the process's clock, in milliseconds. */
  readonly openedAtMs: number
  /** Credentials of the upgrade request, until `connection_init` has come. */
  offered: Credentials | undefined
  /** Closes the socket. */
  close(code: number, reason: string): void
  /** Notes that the client lives, and what it has answered to a ping. */
  answered(payload?: unknown): void
  /** Notes that `connection_init` has come. */
  initialised(): void
  /** The message in hand. */
  receiving: string
  /** What the message in hand asks for, if it is an operation. */
  entering: LiveOperation | undefined
  /** How many subscriptions are under way. */
  liveOperations: number
  /** Whether more of subscriptions' results may be sent now. */
  readonly isReady: boolean
  /**
   * Sends a batch as `next` messages. Gives false when so much waits in the socket's buffer that subscriptions have to
   * wait.
   *
   * @param idText the operation's id as it is within a JSON string
   */
  sendNext(batch: Batch, idText: string): boolean
  /** How many bytes wait in the socket's buffer. */
  bufferedBytes(): number
  /** Resumes a subscription, once, when the socket's buffer is empty. */
  resumeWhenDrained(subscription: Subscription): void
  /** Forgets a subscription that has ended. */
  forget(subscription: Subscription): void
  /** Tells the client that an operation has ended with an error, as {@link toPublicError} shows it. */
  sendError(id: string, error: unknown): void
}
