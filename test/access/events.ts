import { Timestamp } from 'bson'
import type { Change, ChangeEvent } from '../../src/changes/change.ts'

/** A token as servers make them, for the n-th event. */
export const tokenOf = (n: number): string => `82${n.toString(16).padStart(8, '0').toUpperCase()}000000012B04`

/** A change event as a server sends it, with these fields. */
export function changeOf(operationType: string, fields: Record<string, unknown>, n = 1): Change {
  const resumeToken = tokenOf(n)
  const event: ChangeEvent = {
    _id: { _data: resumeToken },
    operationType,
    clusterTime: new Timestamp({ t: n, i: 1 }),
    wallTime: new Date(0),
    ...fields,
  }
  return { resumeToken, event, raw: new Uint8Array([1]) }
}
