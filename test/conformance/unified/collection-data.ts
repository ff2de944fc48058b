import type { MongoClient } from 'mongodb'
import type { Entities } from './entities.ts'
import { match } from './match.ts'
import type { CollectionData } from './spec-file.ts'

const MAJORITY = { writeConcern: { w: 'majority' } } as const

/** Gives collections the documents that a test starts from, and no others. */
export async function setCollectionData(client: MongoClient, data: readonly CollectionData[]): Promise<void> {
  for (const { databaseName, collectionName, documents } of data) {
    const database = client.db(databaseName)
    await database.dropCollection(collectionName, MAJORITY)
    if (documents.length === 0) await database.createCollection(collectionName, MAJORITY)
    else await database.collection(collectionName).insertMany([...documents], MAJORITY)
  }
}

/**
 * Compares collections, sorted by `_id`, with what a test leaves behind. @throws Error that names the first difference
 */
export async function matchCollectionData(
  client: MongoClient,
  data: readonly CollectionData[],
  entities: Entities,
): Promise<void> {
  for (const { databaseName, collectionName, documents } of data) {
    const found = await client.db(databaseName).collection(collectionName).find().sort({ _id: 1 }).toArray()
    // within a document, so that none of them may have further fields
    match({ documents }, { documents: found }, entities)
  }
}
