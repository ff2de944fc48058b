/** Writes to try the relay with, of owners in turn. Values are Extended JSON as a client sent it. */
export interface Sandbox {
  /** The connection string of what it writes to. */
  readonly uri: string
  /** Inserts a document; gives its `_id` as relaxed Extended JSON. */
  insertOne(owner: string, db: string, coll: string, document: unknown): Promise<unknown>
  /** Updates one document; gives whether one changed. */
  updateOne(owner: string, db: string, coll: string, filter: unknown, update: unknown): Promise<boolean>
  /** Deletes one document; gives whether there was one. */
  deleteOne(owner: string, db: string, coll: string, filter: unknown): Promise<boolean>
}
