import type { ExecutionArgs, GraphQLFormattedError, GraphQLSchema } from 'graphql'
import { GraphQLError } from 'graphql'
import type { Context, ServerOptions } from 'graphql-ws'
import type { Principal } from '../access/principal.ts'
import type { Credentials } from '../auth/bearer-token.ts'
import type { Sink } from '../feed/sink.ts'
import type { GraphQLContext, Services } from '../graphql/context.ts'
import { toOperationServices } from '../graphql/context.ts'
import type { Execution } from '../graphql/execution.ts'
import { openSubscription } from '../graphql/open-subscription.ts'
import { createOperations } from '../graphql/operations.ts'
import { toPublicError } from '../graphql/public-error.ts'
import type { Expiry } from './expiry.ts'
import { expired } from './expiry.ts'
import { idleIterator } from './idle-iterator.ts'

/** What belongs to one socket; graphql-ws hands it to its hooks. */
export interface SocketExtra {
  /** Who is at the other end; changes with its credentials. */
  principal: Principal
  /** Credentials of the upgrade request, until `connection_init` has come. */
  offered?: Credentials
  /** Closes the socket. */
  readonly close: (code: number, reason: string) => void
  /**
   * Where results of an operation go.
   *
   * @param end called when the feed ends the operation
   */
  sinkOf(id: string, end: Sink['end']): Sink
  /** Has a function called whenever the socket's buffer is empty again; gives the one that stops that. */
  onDrain(resume: () => void): () => void
}

/** What the hooks ask about the connection that an operation comes by. */
export interface ConnectionHooks {
  /** How many operations a connection may have at a time. */
  readonly maxSubscriptions: number
  /** Called with each operation. */
  readonly onUse: (context: Context<Record<string, unknown>, SocketExtra>) => void
}

interface OperationArgs extends ExecutionArgs {
  readonly extra: SocketExtra
  readonly id: string
}

/**
 * What graphql-ws does with an operation. A syntax or validation error answers the operation that has it; left to
 * graphql-ws itself, a syntax error would close the socket, and with it every other subscription. Errors reach the client
 * as {@link toPublicError} shows them.
 *
 * Subscriptions' results do not pass through graphql-ws, which would execute and encode them for each subscriber: it waits
 * on an iterator that yields nothing, while the feed writes to the socket.
 */
export function createOperationHooks(
  schema: GraphQLSchema,
  services: Services,
  execution: Execution,
  expiry: Expiry,
  { maxSubscriptions, onUse }: ConnectionHooks,
): ServerOptions<Record<string, unknown>, SocketExtra> {
  const { reportError, countErrors } = services
  const mask = (errors: readonly GraphQLError[]) =>
    counted(errors.map((error) => toPublicError(error, reportError).toJSON()))
  const counted = <T extends readonly GraphQLFormattedError[]>(errors: T): T => {
    countErrors(errors)
    return errors
  }
  const operations = createOperations(schema, execution)

  return {
    onSubscribe(context, id, { query, variables, operationName }) {
      const { extra } = context
      onUse(context)
      // this one is among them
      if (Object.keys(context.subscriptions).length > maxSubscriptions) return [tooMany(maxSubscriptions)]
      try {
        if (expiry.isOver(extra)) throw expired()
        const { document, errors } = operations.get(query)
        if (errors.length > 0) return errors
        const contextValue: GraphQLContext = { services: toOperationServices(services), principal: extra.principal }
        const variableValues = variables ?? {}
        // graphql-ws gives `subscribe` what it gets here
        const args: OperationArgs = {
          schema,
          document,
          contextValue,
          variableValues,
          operationName: operationName ?? null,
          hideSuggestions: !execution.introspection,
          extra,
          id,
        }
        return args
      } catch (error) {
        return [toPublicError(error, reportError)]
      }
    },
    async subscribe(args) {
      // made above
      const { extra, id, ...operation } = args as OperationArgs
      const opened = await openSubscription(operation, services, execution)
      if (!('start' in opened)) return opened
      return idleIterator((fail) => {
        const subscription = expiry.open(extra, extra.sinkOf(id, fail), (sink) => opened.start(sink))
        const stopListening = extra.onDrain(subscription.resume)
        return {
          resume: subscription.resume,
          end: subscription.end,
          close() {
            stopListening()
            subscription.close()
          },
        }
      })
    },
    onNext(_ctx, _id, _payload, _args, { data, errors }) {
      if (!errors) return undefined
      return data === undefined ? { errors: mask(errors) } : { data, errors: mask(errors) }
    },
    onError(_ctx, _id, _payload, errors) {
      return counted(errors.filter((error): error is GraphQLError => error instanceof GraphQLError).map(toShown))
    },
  }

  // graphql-ws wraps what an iterator throws
  function toShown(error: GraphQLError) {
    const { originalError } = error
    return toPublicError(originalError instanceof GraphQLError ? error : (originalError ?? error), reportError).toJSON()
  }
}

function tooMany(max: number): GraphQLError {
  const message = `This connection has ${max} operations already`
  return new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED' } })
}
