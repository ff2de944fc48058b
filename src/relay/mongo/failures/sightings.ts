import type { Document, MongoClient } from 'mongodb'

/** What servers have said of themselves, by address. */
export interface Sightings {
  /** The last answer to `hello` of each server that ever gave one. */
  readonly answers: ReadonlyMap<string, Document>
  /** The replica set that the URI asks for; absent when it asks for none. */
  readonly replicaSet: string | undefined
}

/** How many servers are remembered; those of a deployment are few, but they may change their names for ever. */
const MAX_SERVERS = 100

/** Notes what servers answer to the heartbeats of a deployment’s clients. */
export function createSightings() {
  const answers = new Map<string, Document>()
  let replicaSet: string | undefined
  return {
    get: (): Sightings => ({ answers, replicaSet }),
    follow(client: MongoClient): void {
      replicaSet = client.options.replicaSet
      client.on('serverHeartbeatSucceeded', ({ connectionId, reply }) => {
        answers.delete(connectionId)
        answers.set(connectionId, reply)
        const [oldest = ''] = answers.keys()
        if (answers.size > MAX_SERVERS) answers.delete(oldest)
      })
    },
  }
}
