/** The options of a change stream that a subscriber chooses; names and values are the server's. */
export interface StreamOptions {
  readonly fullDocument: 'default' | 'updateLookup' | 'whenAvailable' | 'required'
  readonly fullDocumentBeforeChange: 'off' | 'whenAvailable' | 'required'
  readonly showExpandedEvents: boolean
}
