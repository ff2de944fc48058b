import type { Scope } from '../../changes/scope.ts'
import { timeKey } from '../../changes/tokens/token-order.ts'
import type { Deployment } from '../deployment.ts'
import { collectionOfToken, isCollectionInScope } from './token-collection.ts'

/**
 * Finds out whether a caller's token may be one of another namespace. A server that is asked to continue after such a
 * token refuses it with the first event that follows, and until then takes it for the time that it names.
 *
 * What has the name of the collection now says nothing of what had it then, when the collection was dropped, created
 * anew or renamed; but the stream has an event of that, after the token and before the time of the answer.
 *
 * @returns a key: where the stream gets there without any event, the token is foreign. `undefined`: it is not, or that
 * is left to the server
 * @throws whatever the driver throws
 */
export async function findForeignUntil(
  deployment: Deployment,
  scope: Scope,
  token: string,
): Promise<string | undefined> {
  const uuid = collectionOfToken(token)
  if (uuid === undefined || (await isCollectionInScope(deployment, scope, uuid)) !== false) return undefined
  const time = await deployment.operationTime()
  const key = time && timeKey(time)
  // a server that has not got to the token's time does not know
  return key !== undefined && key >= token.slice(0, key.length).toUpperCase() ? key : undefined
}
