import { type Document, type MongoClient, ReadPreference } from 'mongodb'

/**
 * How many cursors are open on these databases: idle ones, and those that a waiting `getMore` uses. A server looks at
 * the ones after the others: one that changes over meanwhile is seen twice, which is known by its id, or not at all. So
 * wait for a number rather than look once.
 */
export async function countCursors(client: MongoClient, databases: readonly string[]): Promise<number> {
  const { msg } = await client.db('admin').command({ hello: 1 })
  // a mongos shows those of its shards otherwise, which are several for each of its own
  const local = msg === 'isdbgrid' ? { localOps: true } : {}
  const operations: Document[] = await client
    .db('admin')
    .aggregate([{ $currentOp: { idleCursors: true, ...local } }, { $match: { cursor: { $exists: true } } }], {
      // it takes no other, whatever the URI says
      readConcern: { level: 'local' },
      readPreference: ReadPreference.primary,
      promoteLongs: false,
    })
    .toArray()
  const own = operations.filter(({ ns }) => databases.includes(String(ns).split('.', 1)[0] ?? ''))
  return new Set(own.map(({ cursor }) => String(cursor.cursorId))).size
}
