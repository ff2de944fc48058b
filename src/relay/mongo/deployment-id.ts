import type { Deployment } from './deployment.ts'

/**
 * What tells a deployment from others, for as long as it lives: the id of its replica set, or of its cluster. Where the
 * relay's user may read neither, the replica set's name, which others can have, too.
 *
 * @throws whatever the driver throws
 */
export async function readDeploymentId(deployment: Deployment): Promise<string> {
  const client = deployment.control.current()
  const admin = client.db('admin')
  const { setName } = (await admin.command({ hello: 1 })) as { readonly setName?: string }
  try {
    if (setName === undefined) {
      const version = await client.db('config').collection('version').findOne()
      if (version?.['clusterId']) return `cluster ${String(version['clusterId'])}`
    } else {
      const { config } = await admin.command({ replSetGetConfig: 1 })
      const id: unknown = (config as { readonly settings?: { readonly replicaSetId?: unknown } }).settings?.replicaSetId
      if (id !== undefined) return `replicaSet ${String(id)}`
    }
  } catch {
    // it takes the role clusterMonitor, which a relay needs for nothing else
  }
  return setName === undefined ? 'a sharded cluster' : `the replica set ${setName}`
}
