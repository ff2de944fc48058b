import { ALL_FIELDS, type ChangeField, CONSTANT_FIELDS, SELECTIONS } from './change-fields.ts'
import { WatchError } from '../watch-error.ts'

/**
 * The subscription that a watch sends. The same text for all callers that choose the same fields, in whatever order, so
 * that those who ask for the same share their bytes at the relay.
 *
 * @throws WatchError `BAD_USER_INPUT` for a name that is no field
 */
export function toChangesQuery(fields: readonly ChangeField[]): string {
  const unknown = fields.find((field) => !ALL_FIELDS.includes(field))
  if (unknown !== undefined) {
    const message = `Expected fields of a change (${ALL_FIELDS.join(', ')}), got ${JSON.stringify(unknown)}`
    throw new WatchError('BAD_USER_INPUT', message, { resumeToken: undefined })
  }
  const asked = new Set([...CONSTANT_FIELDS, ...fields])
  const selections = ALL_FIELDS.filter((field) => asked.has(field)).map((field) => SELECTIONS[field])
  return `
  subscription WatchChanges(
    $db: String
    $coll: String
    $operationTypes: [String!]
    $where: EJSON
    $fullDocument: FullDocument! = DEFAULT
    $fullDocumentBeforeChange: FullDocumentBeforeChange! = OFF
    $showExpandedEvents: Boolean! = false
    $startAfter: ResumeToken
    $startAtOperationTime: Timestamp
    $last: Int
    $snapshot: Snapshot
    $format: EJSONFormat! = RELAXED
  ) {
    changes(
      db: $db
      coll: $coll
      operationTypes: $operationTypes
      where: $where
      fullDocument: $fullDocument
      fullDocumentBeforeChange: $fullDocumentBeforeChange
      showExpandedEvents: $showExpandedEvents
      startAfter: $startAfter
      startAtOperationTime: $startAtOperationTime
      last: $last
      snapshot: $snapshot
      format: $format
      announceStart: true
      announceInterruptions: true
      announcePositions: true
    ) {
      ${selections.join('\n      ')}
    }
  }
`
}
