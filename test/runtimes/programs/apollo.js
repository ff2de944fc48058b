import { createServer } from 'node:http'
import { ApolloServer } from '@apollo/server'
import { expressMiddleware } from '@as-integrations/express5'
import { makeExecutableSchema } from '@graphql-tools/schema'
import express from 'express'
import { useServer } from 'graphql-ws/use/ws'
import { createChanges } from 'tailrace/changes'
import { WebSocketServer } from 'ws'

const changes = createChanges({
  mongoUri: process.env.MONGODB_URI,
  lingerMs: 0,
  maxSubscriptionsPerPrincipal: 1,
  principal: ({ user }) => (user === undefined ? null : { subject: user, roles: [user] }),
  tokenSecret: 'a secret of thirty-two characters',
  rules: [
    { roles: ['ada'], namespaces: ['*'], where: { secret: { $exists: false } } },
    { roles: ['bob'], namespaces: ['*'] },
  ],
})
const schema = makeExecutableSchema({
  typeDefs: ['type Query { hello: String! } scalar DateTime', changes.typeDefs],
  resolvers: [{ Query: { hello: () => 'world' } }, changes.resolvers],
})
const apollo = new ApolloServer({ schema })
await apollo.start()
const app = express()
app.get('/control/stats', (_request, response) => response.json(changes.stats() ?? {}))
app.get('/control/stop', (_request, response) => void changes.stop().then(() => response.send('stopped')))
app.use('/graphql', express.json(), expressMiddleware(apollo))
const server = createServer(app)
useServer(
  { schema, context: ({ connectionParams }) => ({ user: connectionParams?.['x-user'] }) },
  new WebSocketServer({ server, path: '/graphql' }),
)
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
