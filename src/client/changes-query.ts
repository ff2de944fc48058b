/**
 * The subscription that {@link watch} sends. One document for all callers, so that those who ask for the same share their
 * bytes at the relay. Leaves out `json`, which would send every field twice.
 */
export const CHANGES_QUERY = /* GraphQL */ `
  subscription WatchChanges(
    $db: String
    $coll: String
    $operationTypes: [String!]
    $where: EJSON
    $fullDocument: FullDocument! = DEFAULT
    $fullDocumentBeforeChange: FullDocumentBeforeChange! = OFF
    $startAfter: ResumeToken
    $startAtOperationTime: Timestamp
    $last: Int
    $format: EJSONFormat! = RELAXED
  ) {
    changes(
      db: $db
      coll: $coll
      operationTypes: $operationTypes
      where: $where
      fullDocument: $fullDocument
      fullDocumentBeforeChange: $fullDocumentBeforeChange
      startAfter: $startAfter
      startAtOperationTime: $startAtOperationTime
      last: $last
      format: $format
      announceStart: true
      announceInterruptions: true
    ) {
      resumeToken
      operationType
      clusterTime
      wallTime
      ns {
        db
        coll
      }
      to {
        db
        coll
      }
      documentKey
      fullDocument
      fullDocumentBeforeChange
      updateDescription {
        updatedFields
        removedFields
        truncatedArrays {
          field
          newSize
        }
        disambiguatedPaths
      }
      txnNumber
      lsid
      operationDescription
    }
  }
`
