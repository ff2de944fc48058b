/**
 * The fields of the schema's `Change` as they are asked for: each with all that is in it. The client's types are
 * generated from these.
 */
export const SELECTIONS = {
  resumeToken: 'resumeToken',
  operationType: 'operationType',
  clusterTime: 'clusterTime',
  wallTime: 'wallTime',
  ns: 'ns { db coll }',
  to: 'to { db coll }',
  documentKey: 'documentKey',
  fullDocument: 'fullDocument',
  fullDocumentBeforeChange: 'fullDocumentBeforeChange',
  updateDescription:
    'updateDescription { updatedFields removedFields truncatedArrays { field newSize } disambiguatedPaths }',
  txnNumber: 'txnNumber',
  lsid: 'lsid',
  operationDescription: 'operationDescription',
  collectionUUID: 'collectionUUID',
  json: 'json',
  jsonText: 'jsonText',
} as const

/** A field of a change that can be asked for. */
export type ChangeField = keyof typeof SELECTIONS

/** What is asked for by default: everything but `json` and `jsonText`, which would send it all twice. */
export type DefaultField = Exclude<ChangeField, 'json' | 'jsonText'>

/** Those that every change has, asked for or not. */
export type ConstantField = 'resumeToken' | 'operationType'

/** The names of {@link ConstantField}. */
export const CONSTANT_FIELDS: readonly ChangeField[] = ['resumeToken', 'operationType'] satisfies ConstantField[]

/** The names of {@link SELECTIONS}. */
export const ALL_FIELDS = Object.keys(SELECTIONS) as ChangeField[] // its keys are these

/** The names of {@link DefaultField}. */
export const DEFAULT_FIELDS = ALL_FIELDS.filter(
  (field): field is DefaultField => field !== 'json' && field !== 'jsonText',
)
