/**
 * The server's error codes that the engine answers, by name, in the order of their numbers. A code that the server
 * itself leaves unnamed is answered as `Location<code>`, as a real server does.
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
export const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  NoSuchKey: 4,
  GraphContainsCycle: 5,
  HostUnreachable: 6,
  HostNotFound: 7,
  FailedToParse: 9,
  UserNotFound: 11,
  UnsupportedFormat: 12,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  ProtocolError: 17,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  EmptyArrayOperation: 21,
  InvalidBSON: 22,
  LockTimeout: 24,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  CannotBackfillArray: 34,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NoMatchingDocument: 47,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  WriteConcernTimeout: 64,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  UnknownReplWriteConcern: 79,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  NetworkTimeout: 89,
  ShutdownInProgress: 91,
  UnsatisfiableWriteConcern: 100,
  NotExactValueField: 111,
  WriteConflict: 112,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  FailedToSatisfyReadPreference: 133,
  ReadConcernMajorityNotAvailableYet: 134,
  CappedPositionLost: 136,
  CursorInUse: 143,
  ExceededMemoryLimit: 146,
  StaleEpoch: 150,
  CommandNotSupportedOnView: 166,
  InvalidPipelineOperator: 168,
  QueryPlanKilled: 175,
  PrimarySteppedDown: 189,
  InvalidIndexSpecificationOption: 197,
  InvalidUUID: 207,
  ElectionInProgress: 216,
  IncompleteTransactionHistory: 217,
  QueryFeatureNotAllowed: 224,
  TransactionTooOld: 225,
  RetryChangeStream: 234,
  CursorKilled: 237,
  SnapshotTooOld: 239,
  ConversionFailure: 241,
  SnapshotUnavailable: 246,
  StaleDbVersion: 249,
  StaleChunkHistory: 250,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  InvalidResumeToken: 260,
  ExceededTimeLimit: 262,
  OperationNotSupportedInTransaction: 263,
  FailPointSetFailed: 266,
  PreparedTransactionInProgress: 267,
  MigrationConflict: 272,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  UnsupportedOpQueryCommand: 352,
  SocketException: 9001,
  NotWritablePrimary: 10107,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  InterruptedAtShutdown: 11600,
  Interrupted: 11601,
  InterruptedDueToReplStateChange: 11602,
  StaleConfig: 13388,
  MergeStageNoMatchingDocument: 13113,
  NotPrimaryNoSecondaryOk: 13435,
  NotPrimaryOrSecondary: 13436,
} as const

/** The name of a server error. */
export type ErrorName = keyof typeof ERROR_CODES

const NAMES = new Map<number, string>(Object.entries(ERROR_CODES).map(([name, code]) => [code, name]))

/** What a {@link CommandError} may carry beside code and message. */
export interface CommandErrorDetails {
  /** `errorLabels` of the reply, such as `TransientTransactionError`. */
  readonly labels?: readonly string[]
  /** Further fields of the error reply or write error, such as `keyPattern`; encoded as they are. */
  readonly fields?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * An error that is answered to the client with the server's own code and name: a name from {@link ERROR_CODES}, or the
 * bare number of a server assertion.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: number
  readonly codeName: string
  readonly labels: readonly string[]
  readonly fields: Readonly<Record<string, unknown>>

  constructor(code: ErrorName | number, message: string, details: CommandErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.code = typeof code === 'number' ? code : ERROR_CODES[code]
    this.codeName = NAMES.get(this.code) ?? `Location${this.code}`
    this.labels = details.labels ?? []
    this.fields = details.fields ?? {}
  }
}
