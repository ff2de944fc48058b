import type { ObjectId } from 'mongodb'
import { useOnEnd } from '../../support/on-end.ts'
import { useDeployment } from '../../support/use-deployment.ts'

/** A deployment, its collection `c`, and what has something stopped at the end of a test. */
export function useChanges() {
  const at = useDeployment()
  const onEnd = useOnEnd()
  return {
    at,
    onEnd,
    collection: () => at.client.db(at.db).collection<{ _id: number | string | ObjectId; [name: string]: unknown }>('c'),
    /** The cluster time that comes next. */
    next: async () => {
      const { t, i } = await at.operationTime()
      return { t, i: i + 1 }
    },
  }
}
