import type { MongoClient } from 'mongodb'
import type { Deployment } from './deployment.ts'
import type { Scope } from './scope.ts'
import { isInternalScope } from './scope.ts'
import { diagnose } from './failures/diagnose.ts'

/** A database, or a collection in it, that can be watched. */
export interface ListedNamespace extends Scope {
  readonly db: string
}

/**
 * The databases and collections that can be watched, by name: each database, then its collections. Leaves out what is
 * internal to MongoDB, and views and time series, which have no change streams.
 *
 * Cost: one command, and one more for each database.
 *
 * @param db list this database only; one that does not exist gives nothing
 * @throws RelayError `UPSTREAM_FAILED` or `FORBIDDEN`
 */
export async function listNamespaces(deployment: Deployment, db?: string): Promise<ListedNamespace[]> {
  try {
    const client = deployment.control.current()
    const names = (await listDatabases(client)).filter((name) => db === undefined || name === db)
    const lists = await Promise.all(names.map(async (name) => listCollections(client, name)))
    return lists.flat()
  } catch (error) {
    throw diagnose(error, { hasUser: deployment.hasUser }).error
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
