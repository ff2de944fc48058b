import type { Document } from 'mongodb'
import { MongoInvalidArgumentError, MongoServerError } from 'mongodb'
import { fromEjsonDocument } from '../changes/ejson-input.ts'
import { toEjson } from '../changes/ejson.ts'
import type { Deployment } from '../changes/deployment.ts'
import { toScope } from '../changes/scope.ts'
import { diagnose } from '../changes/server-errors.ts'
import { RelayError } from '../errors.ts'
import type { Sandbox } from '../graphql/sandbox.ts'

/** What is written and read here keeps its BSON types. */
const EXACT = { promoteValues: false }

/** Writes to a deployment; made for the embedded engine, and never used with a real one. */
export function createSandbox(deployment: Deployment): Sandbox {
  const collection = (db: string, coll: string) => {
    toScope(db, coll)
    return deployment.control.current().db(db).collection<Document>(coll)
  }
  return {
    async insertOne(db, coll, input) {
      const document = fromEjsonDocument(input, '`document`')
      const { insertedId } = await explained(collection(db, coll).insertOne(document, EXACT))
      return toEjson(insertedId, 'RELAXED')
    },
    async updateOne(db, coll, filterInput, updateInput) {
      const filter = fromEjsonDocument(filterInput, '`filter`')
      const update = fromEjsonDocument(updateInput, '`update`')
      const { modifiedCount } = await explained(collection(db, coll).updateOne(filter, update))
      return Number(modifiedCount) > 0
    },
    async deleteOne(db, coll, input) {
      const filter = fromEjsonDocument(input, '`filter`')
      const { deletedCount } = await explained(collection(db, coll).deleteOne(filter))
      return Number(deletedCount) > 0
    },
  }
}

// the engine's refusal is about what the caller wrote, everything else is about the engine
async function explained<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (cause) {
    if (isRefusal(cause)) throw new RelayError('BAD_USER_INPUT', cause.message, { cause })
    throw diagnose(cause).error
  }
}

// by the engine, by the driver, or by the encoder of BSON
function isRefusal(cause: unknown): cause is Error {
  if (cause instanceof MongoServerError || cause instanceof MongoInvalidArgumentError) return true
  return cause instanceof Error && cause.name.startsWith('BSON')
}
