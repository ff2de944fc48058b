import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { useServer } from 'graphql-ws/use/ws'
import { createSchema, createYoga } from 'graphql-yoga'
import { WebSocketServer } from 'ws'
import type { ChangesOptions } from '../../src/relay/changes-options.ts'
import { type Changes, createChanges } from '../../src/relay/create-changes.ts'

/** What a server of one's own knows of who asks. */
export interface OwnContext {
  readonly user: string | undefined
}

/** A Yoga with a schema of its own, over HTTP and, by graphql-ws, over WebSocket. */
export interface OwnServer {
  readonly graphqlUrl: string
  readonly changes: Changes<OwnContext>
  stop(): Promise<void>
}

const OWN = `
  type Query { hello: String! }
  type Subscription { ticks(to: Int!): Int! }
  scalar DateTime
`

const ownResolvers = {
  Query: { hello: () => 'world' },
  Subscription: {
    ticks: {
      async *subscribe(_root: unknown, { to }: { readonly to: number }) {
        for (let ticks = 1; ticks <= to; ticks++) yield await Promise.resolve({ ticks })
      },
    },
  },
}

/** The session, as it is told: in a header, or in what a WebSocket begins with. */
function toContext(told: unknown): OwnContext {
  return { user: typeof told === 'string' ? told : undefined }
}

/** Takes everybody who says who they are. */
export const principalOf = ({ user }: OwnContext) => (user === undefined ? null : { subject: user, roles: [user] })

/** Starts one at a free port. */
export async function startOwnServer(options: ChangesOptions<OwnContext>): Promise<OwnServer> {
  const changes = createChanges<OwnContext>({ principal: principalOf, ...options })
  const schema = createSchema<OwnContext>({
    typeDefs: [OWN, changes.typeDefs],
    resolvers: [ownResolvers, changes.resolvers],
  })
  const yoga = createYoga<object, OwnContext>({
    schema,
    logging: false,
    context: ({ request }) => toContext(request.headers.get('x-user') ?? undefined),
  })
  const server = createServer((request, response) => void yoga(request, response))
  const sockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint })
  const protocol = useServer(
    { schema, context: ({ connectionParams }) => toContext(connectionParams?.['x-user']) },
    sockets,
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    graphqlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    changes,
    async stop() {
      await changes.stop()
      await protocol.dispose()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
