/** Writes to try the relay with. Values are Extended JSON as a client sent it. */
export interface Sandbox {
  /** Inserts a document; gives its `_id` as relaxed Extended JSON. */
  insertOne(db: string, coll: string, document: unknown): Promise<unknown>
  /** Updates one document; gives whether one changed. */
  updateOne(db: string, coll: string, filter: unknown, update: unknown): Promise<boolean>
  /** Deletes one document; gives whether there was one. */
  deleteOne(db: string, coll: string, filter: unknown): Promise<boolean>
}
