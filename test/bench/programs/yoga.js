/** What is compared: Yoga in a server of `node:http`, whose resolver opens a change stream of the driver. */
import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'
import { MongoClient, Timestamp } from 'mongodb'

const typeDefs = /* GraphQL */ `
  scalar EJSON
  scalar Timestamp
  type Query {
    hello: String
  }
  type Subscription {
    changes(db: String, coll: String, startAtOperationTime: Timestamp): Change!
  }
  type Change {
    operationType: String!
    documentKey: EJSON
    fullDocument: EJSON
  }
`
const client = new MongoClient(process.env.MONGODB_URI)
const changes = {
  async *subscribe(_root, { db, coll, startAtOperationTime }) {
    const options = { startAtOperationTime: new Timestamp(startAtOperationTime) }
    for await (const event of client.db(db).collection(coll).watch([], options)) yield { changes: event }
  },
}
const schema = createSchema({ typeDefs, resolvers: { Subscription: { changes } } })
const server = createServer(createYoga({ schema, logging: false }))
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
