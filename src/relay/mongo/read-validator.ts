import { EJSON } from 'bson'
import { MongoClient } from 'mongodb'
import { badUserInput } from '../../errors.ts'
import { redactUri } from '../../util/logs/redact.ts'

/** How long to look for a server, in milliseconds. */
const PATIENCE_MS = 5_000

/**
 * The validator of a collection, as canonical Extended JSON; null where it has none, undefined where there is no such
 * collection.
 *
 * @throws RelayError `BAD_USER_INPUT` when the URI is not valid
 * @throws Error with what the driver says, without secrets
 */
export async function readValidator(uri: string, db: string, coll: string): Promise<unknown> {
  const client = openClient(uri)
  try {
    // types of numbers count
    const options = { nameOnly: false, promoteValues: false } as const
    const [found] = await client.db(db).listCollections({ name: coll }, options).toArray()
    if (!found) return undefined
    const validator: unknown = found.options?.['validator']
    return validator === undefined ? null : (JSON.parse(EJSON.stringify(validator, { relaxed: false })) as unknown)
  } catch (error) {
    throw new Error(`The validator of ${db}.${coll} cannot be read: ${reasonOf(error)}`, { cause: error })
  } finally {
    await client.close()
  }
}

function openClient(uri: string): MongoClient {
  try {
    return new MongoClient(uri, { serverSelectionTimeoutMS: PATIENCE_MS })
  } catch (error) {
    throw badUserInput(`The MongoDB URI is not valid: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  return redactUri(error instanceof Error ? error.message : String(error))
}
