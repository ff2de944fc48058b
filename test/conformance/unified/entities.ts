import { type ChangeStream, type ClientSession, type Collection, type Db, MongoClient } from 'mongodb'
import { observeEvents, type ObservedEvent } from './command-events.ts'
import type { ClientSpec, EntitySpec } from './spec-file.ts'

/** What operations work with, by kind. */
export interface EntityKinds {
  client: { readonly client: MongoClient; readonly events: readonly ObservedEvent[] }
  database: Db
  collection: Collection
  session: ClientSession
  changeStream: ChangeStream
  /** The result of an operation, for matching. */
  value: unknown
}

/** One entity. */
export type Entity = {
  readonly [Kind in keyof EntityKinds]: { readonly kind: Kind; readonly it: EntityKinds[Kind] }
}[keyof EntityKinds]

/** The entities of one test, by name. **Lifecycle**: {@link Entities.close} closes all that can be closed. */
export class Entities {
  readonly #byId = new Map<string, Entity>()
  readonly #uri: string

  /** @param uri the deployment that clients connect to */
  constructor(uri: string) {
    this.#uri = uri
  }

  create(specs: readonly EntitySpec[]): void {
    for (const spec of specs) {
      if (spec.client) this.set(spec.client.id, this.#client(spec.client))
      else if (spec.database) {
        const { id, client, databaseName } = spec.database
        this.set(id, { kind: 'database', it: this.get(client, 'client').client.db(databaseName) })
      } else if (spec.collection) {
        const { id, database, collectionName } = spec.collection
        this.set(id, { kind: 'collection', it: this.get(database, 'database').collection(collectionName) })
      } else if (spec.session) {
        const { id, client, sessionOptions } = spec.session
        this.set(id, { kind: 'session', it: this.get(client, 'client').client.startSession(sessionOptions) })
      } else throw new Error(`The entity ${Object.keys(spec).join()} is not supported by this runner`)
    }
  }

  set(id: string, entity: Entity): void {
    if (this.#byId.has(id)) throw new Error(`There already is an entity ${id}`)
    this.#byId.set(id, entity)
  }

  any(id: string): Entity {
    const entity = this.#byId.get(id)
    if (!entity) throw new Error(`There is no entity ${id}`)
    return entity
  }

  /** The entity of this name, which must be of this kind. */
  get<Kind extends keyof EntityKinds>(id: string, kind: Kind): EntityKinds[Kind] {
    const entity = this.any(id)
    if (entity.kind !== kind) throw new Error(`The entity ${id} is a ${entity.kind}, not a ${kind}`)
    // the union pairs each kind with its type
    return entity.it as EntityKinds[Kind]
  }

  /** Closes streams, then sessions, then clients. */
  async close(): Promise<void> {
    const all = [...this.#byId.values()]
    for (const { kind, it } of all) if (kind === 'changeStream') await it.close()
    for (const { kind, it } of all) if (kind === 'session') await it.endSession()
    for (const { kind, it } of all) if (kind === 'client') await it.client.close()
  }

  #client(spec: ClientSpec): Entity {
    // after some errors the driver knows its server again with the next heartbeat only
    const ours = { monitorCommands: true, heartbeatFrequencyMS: 500 }
    const client = new MongoClient(this.#uri, { ...ours, ...spec.uriOptions })
    return { kind: 'client', it: { client, events: observeEvents(client, spec) } }
  }
}
