import { Timestamp } from '../../../src/bson/values.ts'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import type { Change } from '../../../src/relay/changes/change.ts'
import { toChange } from '../../../src/relay/changes/to-change.ts'
import { documentOf } from '../../support/documents.ts'

/** A token as servers make them, for the n-th event. */
export const tokenOf = (n: number): string => `82${n.toString(16).padStart(8, '0').toUpperCase()}000000012B04`

/** A change event as a server sends it, with these fields. */
export function changeOf(operationType: string, fields: Record<string, unknown>, n = 1): Change {
  const event = documentOf({
    _id: { _data: tokenOf(n) },
    operationType,
    clusterTime: new Timestamp({ t: n, i: 1 }),
    wallTime: new Date(0),
    ...fields,
  })
  return toChange(encodeDocument(event))
}
