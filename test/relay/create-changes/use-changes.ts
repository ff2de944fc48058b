import type { ObjectId } from 'mongodb'
import { afterEach } from 'vitest'
import { useDeployment } from '../../support/use-deployment.ts'

/** A deployment, its collection `c`, and what is stopped after each test. */
export function useChanges() {
  const stops: (() => unknown)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })
  const at = useDeployment()
  return {
    at,
    stops,
    collection: () => at.client.db(at.db).collection<{ _id: number | string | ObjectId; [name: string]: unknown }>('c'),
    /** The cluster time that comes next. */
    next: async () => {
      const { t, i } = await at.operationTime()
      return { t, i: i + 1 }
    },
  }
}
