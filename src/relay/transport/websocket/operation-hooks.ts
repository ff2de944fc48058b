import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql'
import { CloseCode, type ServerOptions } from 'graphql-ws'
import { ownerOf } from '../../auth/principal/owner.ts'
import { sliceFields } from '../../../bson/ejson/json-slices.ts'
import { badUserInput } from '../../../errors.ts'
import { type GraphQLContext, type Services, toOperationServices } from '../../graphql/context.ts'
import { openSubscription } from '../../graphql/open-subscription.ts'
import { depthProblem } from '../../graphql/limits/json-depth.ts'
import type { Operations } from '../../graphql/operations/operations.ts'
import { toPublicError } from '../../graphql/public-error.ts'
import { declaredVariables } from '../../graphql/operations/variable-sources.ts'
import { expired, type Expiry } from '../expiry.ts'
import { ConnectionRefused } from './connection-refused.ts'
import { LiveOperation } from './live-operation.ts'
import type { SocketContext, SocketExtra } from './socket-context.ts'
import { hasHashAlone, persistedQueryNotSupported } from '../http/graphql/persisted-query.ts'

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

/**
 * What graphql-ws does with an operation. A syntax or validation error answers the operation that has it; left to
 * graphql-ws itself, a syntax error would close the socket, and with it every other subscription. Errors reach the
 * client as {@link toPublicError} shows them.
 *
 * Subscriptions' results do not pass through graphql-ws, which would execute and encode them for each subscriber: it
 * keeps their ids, while the feed writes to the socket.
 */
export function createOperationHooks(
  schema: GraphQLSchema,
  services: Services,
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
          hideSuggestions: !services.operationLimits.introspection,
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
      const opened = await openSubscription(operation, services)
      if (!('start' in opened)) return opened
      // what is renewed on the socket counts for all of its subscriptions
      return live.of({ start: (sink) => expiry.bind(live.holder, opened.start(sink)) })
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
