import { bsonClassOf } from '../changes/bson-type.ts'
import type { Deployment } from './deployment.ts'
import type { Timestamp } from 'bson'

/**
 * The cluster time of the oldest oplog entry, in seconds since 1970; `undefined` when it cannot be read: on a sharded
 * cluster, without `find` on `local.oplog.rs`, or while no server answers. Never rejects.
 */
export async function readOplogStart(deployment: Deployment): Promise<number | undefined> {
  try {
    const oplog = deployment.control.current().db('local').collection('oplog.rs')
    const first = await oplog.findOne({}, { sort: { $natural: 1 }, projection: { ts: 1 }, maxTimeMS: 5_000 })
    const time: unknown = first?.['ts']
    // the class says so
    return bsonClassOf(time) === 'Timestamp' ? (time as Timestamp).t : undefined
  } catch {
    // a metric that is not there says so
    return undefined
  }
}
