import type { MongoClient } from 'mongodb'
import type { Deployment } from './deployment.ts'
import type { ListedNamespace, NamespaceList } from '../changes/origin.ts'
import { isInternalScope } from '../changes/scope.ts'
import { diagnose } from './failures/diagnose.ts'
import { singleFlight } from '../../util/waiting/single-flight.ts'

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
