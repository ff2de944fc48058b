import type { MongoClient } from 'mongodb'
import type { Deployment } from './deployment.ts'
import { isInternalScope, type Scope } from '../changes/scope.ts'
import { diagnose } from './failures/diagnose.ts'
import { singleFlight } from '../../util/waiting/single-flight.ts'

/** A database, or a collection in it, that can be watched. */
export interface ListedNamespace extends Scope {
  readonly db: string
}

/** Lists what can be watched. */
export interface NamespaceList {
  /**
   * The databases and collections that can be watched, by name: each database, then its collections. Leaves out what is
   * internal to MongoDB, and views and time series, which have no change streams.
   *
   * **Cost**: one command, and one more for each database; both are shared by all who need the same meanwhile.
   *
   * @param db list this database only; one that does not exist gives nothing
   * @throws RelayError `UPSTREAM_FAILED` or `FORBIDDEN`
   */
  (db?: string): Promise<readonly ListedNamespace[]>
}

/** Makes the list of a deployment. Nothing is asked before it is called. */
export function createNamespaceList(deployment: Deployment): NamespaceList {
  const databases = singleFlight(() => listDatabases(deployment.control.current()))
  const collections = singleFlight((db: string) => listCollections(deployment.control.current(), db))
  return async (db) => {
    try {
      const names = (await databases(undefined)).filter((name) => db === undefined || name === db)
      return (await Promise.all(names.map(collections))).flat()
    } catch (error) {
      throw diagnose(error, { hasUser: deployment.hasUser }).error
    }
  }
}

async function listDatabases(client: MongoClient): Promise<string[]> {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true, authorizedDatabases: true })
  const names = databases.map(({ name }) => name)
  return names.filter((name) => !isInternalScope({ db: name })).sort()
}

async function listCollections(client: MongoClient, db: string): Promise<ListedNamespace[]> {
  const options = { nameOnly: true, authorizedCollections: true }
  const collections = await client.db(db).listCollections({}, options).toArray()
  const names = collections
    .filter(({ name, type }) => (type === undefined || type === 'collection') && !isInternalScope({ db, coll: name }))
    .map(({ name }) => name)
  return [{ db }, ...names.sort().map((coll) => ({ db, coll }))]
}
