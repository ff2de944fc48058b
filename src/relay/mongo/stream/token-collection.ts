import type { Binary } from 'mongodb'
import { bsonClassOf } from '../../changes/bson-type.ts'
import type { Deployment } from '../deployment.ts'
import type { Scope } from '../../changes/scope.ts'

/**
 * Hex of the field name `operationType` as the event's identifier begins with it, in tokens of the server's version 2.
 */
const TYPE_FIELD = '3C6F7065726174696F6E54797065003C'

/** Hex of `insert`, `update`, `replace` and `delete`. */
const DOCUMENT_TYPES = '(?:696E73657274|757064617465|7265706C616365|64656C657465)00'

/**
 * The token of an event about a document: its time, version, type, place in a transaction, that it does not come from
 * an invalidation, the UUID of the collection, and what happened to which document; in version 1 that begins with the
 * key.
 *
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/db/pipeline/resume_token.h
 */
const OF_A_DOCUMENT = new RegExp(
  `^82[0-9A-F]{16}2B0[24]2C0100(?:29|2B.{2}|2C.{4}|2D.{6})6E5A1004([0-9A-F]{32})46(?:${TYPE_FIELD}${DOCUMENT_TYPES}|(?!${TYPE_FIELD}))`,
  'i',
)

/**
 * The UUID of the collection whose document a token's event is about, as hex. `undefined` for other events and
 * positions, and for tokens of a form that is not known.
 */
export function collectionOfToken(token: string): string | undefined {
  return OF_A_DOCUMENT.exec(token)?.[1]?.toLowerCase()
}

/**
 * Whether a collection is, under its present name, in the scope. `undefined` where that is not known: for a whole
 * deployment, and for users who may not list collections.
 */
export async function isCollectionInScope(
  deployment: Deployment,
  { db, coll }: Scope,
  uuid: string,
): Promise<boolean | undefined> {
  if (db === undefined) return undefined
  try {
    const filter = coll === undefined ? {} : { name: coll }
    const collections = await deployment.control
      .current()
      .db(db)
      // a secondary may not know yet of a collection that has events already
      .listCollections(filter, { readPreference: 'primary' })
      .toArray()
    const uuids = collections.map((collection) => ('info' in collection ? collection.info?.uuid : undefined))
    // the class says so
    return uuids.some((found) => bsonClassOf(found) === 'Binary' && (found as Binary).toString('hex') === uuid)
  } catch {
    // what cannot be found out is left to the server
    return undefined
  }
}
