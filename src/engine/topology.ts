import { doc, Int32, Long, ObjectId, type BsonDocument } from './bson/values.ts'

/** The version of MongoDB that the engine claims to be. */
export const SERVER_VERSION = '8.2.1'
/** The wire version of that release. */
export const MAX_WIRE_VERSION = 27
/** The name of the replica set. */
export const REPLICA_SET = 'rs0'

/** Who this server is, as drivers learn it: the primary of a replica set of one. */
export class Topology {
  /** `host:port`, known once the server listens. */
  address = ''
  readonly processId = new ObjectId()
  readonly electionId = new ObjectId('7fffffff0000000000000001')
  readonly startedAt: Date

  constructor(startedAt: Date) {
    this.startedAt = startedAt
  }

  /** The version of this description, which never changes while the process lives. */
  get version(): BsonDocument {
    return doc({ processId: this.processId, counter: new Long(6) })
  }

  /** The members as `hello` and the `replSet…` commands list them. */
  members(): BsonDocument[] {
    return [doc({ _id: new Int32(0), host: this.address })]
  }
}
