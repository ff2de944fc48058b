import { type MongoClient, MongoServerError } from 'mongodb'

/** What the fail point `failCommand` does. */
export type FailPointData = Readonly<Record<string, unknown>>

/** Whether a server has fail points, and lets this client use them; costs a command. */
export async function hasFailPoints(client: MongoClient): Promise<boolean> {
  try {
    await client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' })
    return true
  } catch (error) {
    if (error instanceof MongoServerError) return false
    throw error
  }
}
