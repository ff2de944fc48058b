import { doc, Int32, Long, ObjectId, type BsonDocument } from '../bson/values.ts'

/** The version of MongoDB that the engine claims to be. */
export const SERVER_VERSION = '7.1.1'
/** The wire version of that release. */
export const MAX_WIRE_VERSION = 22
/** The name of the replica set. */
export const REPLICA_SET = 'rs0'

/**
 * Who this server is, as drivers learn it: the only member of a replica set, and its primary unless it stepped down.
 */
export class Topology {
  /** `host:port`, known once the server listens. */
  address = ''
  /** The id of the replica set, which lives as long as the engine. */
  readonly replicaSetId = new ObjectId()
  #processId = new ObjectId()
  #counter = 6
  /** The number of its last election. */
  term = 1
  /** When the process started, by the engine's clock. */
  startedAt: Date
  /** Whether it takes writes. */
  isPrimary = true
  #election: NodeJS.Timeout | undefined
  #changed = new AbortController()

  constructor(startedAt: Date) {
    this.startedAt = startedAt
  }

  /** The id of its last election: as on a real server, later ones are greater. */
  get electionId(): ObjectId {
    return new ObjectId(`7fffffff${this.term.toString(16).padStart(16, '0')}`)
  }

  /** The version of this description; greater after each change while the process lives. */
  get version(): BsonDocument {
    return doc({ processId: this.#processId, counter: new Long(this.#counter) })
  }

  /** Aborts with the next change of this description. */
  get changed(): AbortSignal {
    return this.#changed.signal
  }

  /** The members as `hello` and the `replSet…` commands list them. */
  members(): BsonDocument[] {
    return [doc({ _id: new Int32(0), host: this.address })]
  }

  /** Takes no writes for so many milliseconds, then is elected again, because there is no other member. */
  stepDown(ms: number): void {
    clearTimeout(this.#election)
    this.#election = setTimeout(() => this.#elect(), ms)
    this.isPrimary = false
    this.#tellChange()
  }

  /** Becomes another process, which is elected at once. */
  restart(startedAt: Date): void {
    this.#processId = new ObjectId()
    this.#counter = 5
    this.startedAt = startedAt
    this.#elect()
  }

  /** Ends what waits for an election. */
  stop(): void {
    clearTimeout(this.#election)
  }

  #elect(): void {
    clearTimeout(this.#election)
    this.isPrimary = true
    this.term++
    this.#tellChange()
  }

  #tellChange(): void {
    this.#counter++
    this.#changed.abort()
    this.#changed = new AbortController()
  }
}
