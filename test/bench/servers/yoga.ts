import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EJSON } from 'bson'
import type { execute, ExecutionArgs, subscribe } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { createSchema, createYoga } from 'graphql-yoga'
import type { ChangeStreamDocument } from 'mongodb'
import { WebSocketServer } from 'ws'
import type { BenchFilter } from './messages.ts'
import type { EventSource } from './yoga-sources.ts'

const typeDefs = /* GraphQL */ `
  scalar EJSON
  scalar ResumeToken
  type Query {
    hello: String
  }
  type Subscription {
    changes(db: String, coll: String, where: EJSON): Change!
  }
  type Change {
    resumeToken: ResumeToken!
    operationType: String!
    documentKey: EJSON
    fullDocument: EJSON
  }
`

interface Arguments {
  readonly where?: BenchFilter
}

/** The executor's functions, handed on as the recipe does. */
interface Enveloped {
  readonly execute: (args: ExecutionArgs) => ReturnType<typeof execute>
  readonly subscribe: (args: ExecutionArgs) => ReturnType<typeof subscribe>
}

/**
 * GraphQL Yoga with graphql-ws, by the recipe of their documentation, and an async generator for each subscriber.
 *
 * @see
 *   https://the-guild.dev/graphql/yoga-server/docs/features/subscriptions#graphql-over-websocket-protocol-via-graphql-ws
 */
export async function startYoga(source: EventSource): Promise<string> {
  const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers: resolvers(source) }), logging: false })
  const http = createServer((request, response) => void yoga(request, response))
  const sockets = new WebSocketServer({ server: http, path: yoga.graphqlEndpoint, perMessageDeflate: false })
  useServer(
    {
      // onSubscribe put them there
      execute: (args) => (args.rootValue as Enveloped).execute(args),
      subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
      async onSubscribe(context, _id, params) {
        const { request, socket } = context.extra
        const enveloped = yoga.getEnveloped({ ...context, req: request, socket, params })
        const args = {
          schema: enveloped.schema,
          operationName: params.operationName,
          document: enveloped.parse(params.query),
          variableValues: params.variables,
          contextValue: await enveloped.contextFactory(),
          rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
        }
        const errors = enveloped.validate(args.schema, args.document)
        return errors.length > 0 ? errors : args
      },
    },
    sockets,
  )
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}${yoga.graphqlEndpoint}`
}

function resolvers(source: EventSource) {
  const relaxed = (value: unknown) => (value === undefined ? null : EJSON.serialize({ value })['value'])
  return {
    Subscription: {
      changes: {
        async *subscribe(_root: unknown, { where }: Arguments) {
          const least = where?.['fullDocument.n'].$gte ?? -Infinity
          for await (const event of source()) {
            const { n = 0 } = fieldsOf(event).fullDocument ?? {}
            if (n >= least) yield { changes: event }
          }
        },
      },
    },
    Change: {
      resumeToken: ({ _id }: ChangeStreamDocument) => (_id as { _data: string })._data,
      documentKey: (event: ChangeStreamDocument) => relaxed(fieldsOf(event).documentKey),
      fullDocument: (event: ChangeStreamDocument) => relaxed(fieldsOf(event).fullDocument),
    },
  }
}

// the benchmarks insert documents of this kind only
function fieldsOf(event: ChangeStreamDocument): { documentKey?: unknown; fullDocument?: { n?: number } } {
  return event as ReturnType<typeof fieldsOf>
}
