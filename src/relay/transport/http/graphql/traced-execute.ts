import { execute, getOperationAST } from 'graphql'
import type { Trace } from '../../../../util/trace.ts'

/** Executes operations within a span each, named after the operation's type. */
export function tracedExecute(trace: Trace): typeof execute {
  return (args) => {
    const { operation, name } = getOperationAST(args.document, args.operationName) ?? {}
    const attributes = {
      ...(operation ? { 'graphql.operation.type': operation } : {}),
      ...(name ? { 'graphql.operation.name': name.value } : {}),
    }
    return trace(`GraphQL ${operation ?? 'operation'}`, attributes, async (span) => {
      const result = await execute(args)
      if (result.errors) span.failed('BAD_USER_INPUT')
      return result
    })
  }
}
