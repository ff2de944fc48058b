import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql'
import { CloseCode, type ServerOptions } from 'graphql-ws'
import { ownerOf } from '../../auth/owner.ts'
import type { Principal } from '../../auth/principal.ts'
import type { Credentials } from '../../auth/bearer-token.ts'
import { sliceFields } from '../../../bson/ejson/json-slices.ts'
import { badUserInput } from '../../../errors.ts'
import type { Batch, Subscription } from '../../feed/sink.ts'
import { type GraphQLContext, type Services, toOperationServices } from '../../graphql/context.ts'
import type { Execution } from '../../graphql/limits/operation-limits.ts'
import { openSubscription } from '../../graphql/open-subscription.ts'
import { depthProblem } from '../../graphql/limits/json-depth.ts'
import type { Operations } from '../../graphql/operations/operations.ts'
import { toPublicError } from '../../graphql/public-error.ts'
import { declaredVariables } from '../../graphql/operations/variable-sources.ts'
import { expired, type Expiry } from '../expiry.ts'
import type { IdleTracked } from '../limits/idle-connections.ts'
import { ConnectionRefused } from './connection-refused.ts'
import { LiveOperation, type SocketContext } from './live-operation.ts'
import { hasHashAlone, persistedQueryNotSupported } from '../http/graphql/persisted-query.ts'

/** What belongs to one socket; graphql-ws hands it to its hooks. */
export interface SocketExtra extends IdleTracked {
  /** Who is at the other end; changes with its credentials. */
  principal: Principal
  /** What an anonymous caller is counted by, as `countedAddress` gives it. */
  readonly address: string
  /** Credentials of the upgrade request, until `connection_init` has come. */
  offered: Credentials | undefined
  /** Closes the socket. */
  close(code: number, reason: string): void
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
   * Sends a batch as `next` messages. Gives false when so much waits in the socket's buffer that subscriptions have to wait.
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

/** What the hooks ask about the connection that an operation comes by. */
export interface ConnectionHooks {
  /** How many operations a connection may have at a time. */
  readonly maxSubscriptions: number
  /** Called with each operation. */
  readonly onUse: (extra: SocketExtra) => void
}

interface OperationArgs extends ExecutionArgs {
  readonly live: LiveOperation
}

/** Longest id of an operation. It is repeated in each of its messages. */
const MAX_ID_BYTES = 1_024

const ID_TOO_LONG = `An operation id has more than ${MAX_ID_BYTES} bytes`

/** The result of an operation that is none of graphql-ws's any more, which therefore sends nothing of it. */
const NO_RESULT: ExecutionResult = {}

/**
 * What graphql-ws does with an operation. A syntax or validation error answers the operation that has it; left to
 * graphql-ws itself, a syntax error would close the socket, and with it every other subscription. Errors reach the client
 * as {@link toPublicError} shows them.
 *
 * Subscriptions' results do not pass through graphql-ws, which would execute and encode them for each subscriber: it keeps
 * their ids, while the feed writes to the socket.
 */
export function createOperationHooks(
  schema: GraphQLSchema,
  services: Services,
  execution: Execution,
  operations: Operations,
  expiry: Expiry,
  { maxSubscriptions, onUse }: ConnectionHooks,
): ServerOptions<Record<string, unknown>, SocketExtra> {
  const { reportError, countErrors, noteLimit } = services
  const mask = (errors: readonly GraphQLError[]) =>
    counted(errors.map((error) => toPublicError(error, reportError).toJSON()))
  const counted = <T extends readonly GraphQLFormattedError[]>(errors: T): T => {
    countErrors(errors)
    return errors
  }

  return {
    onSubscribe(context: SocketContext, id, payload) {
      const { query, variables, operationName } = payload
      const { extra } = context
      if (Buffer.byteLength(id) > MAX_ID_BYTES) throw new ConnectionRefused(CloseCode.BadRequest, ID_TOO_LONG)
      onUse(extra)
      // this one is among them
      if (Object.keys(context.subscriptions).length > maxSubscriptions) return [tooMany()]
      try {
        if (expiry.isOver(extra)) throw expired()
        if (hasHashAlone(payload)) throw persistedQueryNotSupported()
        const problem = depthProblem(payload)
        if (problem !== undefined) throw badUserInput(problem)
        const { document, errors } = operations.get(query)
        if (errors.length > 0) return errors
        const { principal, address } = extra
        const owner = ownerOf(principal, address)
        const contextValue: GraphQLContext = { services: toOperationServices(services), principal, owner }
        extra.entering = new LiveOperation(context, id)
        const source = () => variablesOf(extra.receiving)
        const variableValues = declaredVariables(document, operationName, variables ?? {}, source)
        // graphql-ws keeps the message for as long as the operation goes on
        Object.assign(payload, { variables: undefined, extensions: undefined })
        // graphql-ws gives `subscribe` what it gets here
        const args: OperationArgs = {
          schema,
          document,
          contextValue,
          variableValues,
          operationName: operationName ?? null,
          hideSuggestions: !execution.introspection,
          live: extra.entering,
        }
        return args
      } catch (error) {
        return [toPublicError(error, reportError)]
      }
    },
    async subscribe(args) {
      // made above
      const { live, ...operation } = args as OperationArgs
      const opened = await openSubscription(operation, services, execution)
      if (!('start' in opened)) return opened
      // what is renewed on the socket counts for all of its subscriptions
      live.start({ start: (sink) => expiry.open(live.holder, sink, opened.start) })
      return NO_RESULT
    },
    onNext(_ctx, _id, _payload, _args, { data, errors }) {
      if (!errors) return undefined
      return data === undefined ? { errors: mask(errors) } : { data, errors: mask(errors) }
    },
    onError(_ctx, _id, _payload, errors) {
      return counted(errors.filter((error): error is GraphQLError => error instanceof GraphQLError).map(toShown))
    },
  }

  function tooMany(): GraphQLError {
    const message = `This connection has ${maxSubscriptions} operations already, as \`maxSubscriptionsPerConnection\` allows`
    noteLimit(message)
    return new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED' } })
  }

  // graphql-ws wraps what an iterator throws
  function toShown(error: GraphQLError) {
    const { originalError } = error
    return toPublicError(originalError instanceof GraphQLError ? error : (originalError ?? error), reportError).toJSON()
  }
}

/** The text of a message's variables. */
function variablesOf(message: string): string | undefined {
  return sliceFields(sliceFields(message).get('payload') ?? '').get('variables')
}
