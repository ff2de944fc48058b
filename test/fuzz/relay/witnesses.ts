import { HOSTILE_DB } from './database.ts'
import { MongoClient } from 'mongodb'
import { setTimeout as delay } from 'node:timers/promises'
import type { TestSubscription } from '../../support/subscription.ts'
import { eventStream, webSocket } from '../../support/transports.ts'
import type { Witnesses } from '../harness/target.ts'
import type { RelayAddress } from './relay-process.ts'

const INTERVAL_MS = 10

/** Has numbered documents inserted, and stock clients of both transports watch them, until it is stopped. */
export async function startWitnesses({ graphqlUrl, mongoUri }: RelayAddress): Promise<Witnesses> {
  const client = await new MongoClient(mongoUri).connect()
  const coll = client.db(HOSTILE_DB).collection<{ _id: number }>('witness')
  const { operationTime } = await client.db('admin').command({ ping: 1 })
  const variables = {
    db: HOSTILE_DB,
    coll: 'witness',
    startAtOperationTime: { t: operationTime.high, i: operationTime.low + 1 },
  }
  const watching = [webSocket, eventStream].map((transport) => ({
    name: transport.name,
    subscription: transport.subscribe(graphqlUrl, variables),
  }))
  let isOver = false
  let written = 0
  const writing = (async () => {
    while (!isOver) {
      await coll.insertOne({ _id: written++ })
      await delay(INTERVAL_MS)
    }
  })()

  return {
    async stop() {
      isOver = true
      await writing
      const problems = await Promise.all(
        watching.map(async ({ name, subscription }) => {
          const what = await problemOf(subscription, written)
          subscription.stop()
          return what === undefined ? [] : [`${name}: ${what}`]
        }),
      )
      await client.close()
      return { events: written, problems: problems.flat() }
    },
  }
}

async function problemOf(subscription: TestSubscription, count: number): Promise<string | undefined> {
  try {
    await subscription.take(count)
  } catch (error) {
    return String(error)
  }
  const numbers = subscription.changes.map(({ documentKey }) => Reflect.get(Object(documentKey), '_id'))
  const odd = numbers.findIndex((number, at) => number !== at)
  if (odd >= 0) return `event ${odd} is number ${String(numbers[odd])}`
  return numbers.length === count ? undefined : `${numbers.length} events instead of ${count}`
}
