import type { MongoClient } from 'mongodb'

/**
 * The fields of a collection's shard key, as dotted paths, which are in the document keys of its events before the
 * `_id`. None on a replica set, for a collection that is not sharded, and where the user may not read
 * `config.collections`.
 *
 * @throws whatever the driver throws while no server can be reached
 */
export async function readShardKey(client: MongoClient, ns: string, signal: AbortSignal): Promise<readonly string[]> {
  const hello = await client.db('admin').command({ hello: 1 }, { signal })
  if (hello['msg'] !== 'isdbgrid') return []
  const entry = await readEntry(client, ns)
  const key: unknown = entry?.['key']
  if (typeof key !== 'object' || key === null) return []
  return Object.keys(key).filter((path) => path !== '_id')
}

async function readEntry(client: MongoClient, ns: string): Promise<Record<string, unknown> | null> {
  try {
    return await client
      .db('config')
      .collection<{ _id: string }>('collections')
      .findOne({ _id: ns, dropped: { $ne: true } })
  } catch {
    // whether it is allowed, and whether there is anything else wrong, shows in reading the documents themselves
    return null
  }
}
