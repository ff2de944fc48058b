import type { GraphQLSchema } from 'graphql'
import { GraphQLError, specifiedRules, validate } from 'graphql'
import type { ServerOptions } from 'graphql-ws'
import type { GraphQLContext, Services } from '../graphql/context.ts'
import { toOperationServices } from '../graphql/context.ts'
import type { Execution } from '../graphql/execution.ts'
import { parseOperation } from '../graphql/parse-operation.ts'
import { toPublicError } from '../graphql/public-error.ts'

/**
 * What graphql-ws does with an operation. A syntax or validation error answers the operation that has it; left to
 * graphql-ws itself, a syntax error would close the socket, and with it every other subscription. Errors reach the client
 * as {@link toPublicError} shows them.
 */
export function createOperationHooks(
  schema: GraphQLSchema,
  services: Services,
  { rules, execute, subscribe }: Execution,
): ServerOptions {
  const { reportError } = services
  const mask = (errors: readonly GraphQLError[]) => errors.map((error) => toPublicError(error, reportError).toJSON())

  return {
    execute,
    subscribe,
    onSubscribe(_ctx, _id, { query, variables, operationName }) {
      try {
        const document = parseOperation(query)
        const errors = validate(schema, document, [...specifiedRules, ...rules])
        if (errors.length > 0) return errors
        const contextValue: GraphQLContext = { services: toOperationServices(services) }
        return { schema, document, contextValue, variableValues: variables ?? {}, operationName: operationName ?? null }
      } catch (error) {
        return [toPublicError(error, reportError)]
      }
    },
    onNext(_ctx, _id, _payload, _args, { data, errors }) {
      if (!errors) return undefined
      return data === undefined ? { errors: mask(errors) } : { data, errors: mask(errors) }
    },
    onError(_ctx, _id, _payload, errors) {
      return mask(errors.filter((error): error is GraphQLError => error instanceof GraphQLError))
    },
  }
}
