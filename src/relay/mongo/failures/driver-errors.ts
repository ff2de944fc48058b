import type { MongoError, MongoServerError, MongoServerSelectionError } from 'mongodb'

/**
 * What the driver's own errors mean, by class: that no server could serve, which passes, or something that no server
 * will ever mend. A class of a newer driver counts as the nearest one that it extends. Errors of a server are known by
 * their numbers instead, except where it is the base class.
 *
 * The driver has checked the URI before any of these can be thrown: what it cannot parse later came from DNS.
 */
export const DRIVER_ERRORS: Readonly<Record<string, 'outage' | 'never'>> = {
  MongoError: 'outage',
  MongoNetworkError: 'outage',
  MongoNetworkTimeoutError: 'outage',
  MongoSystemError: 'outage',
  MongoServerSelectionError: 'outage',
  MongoDriverError: 'outage',
  MongoOperationTimeoutError: 'outage',
  // an SRV or TXT record that is odd, or empty
  MongoParseError: 'outage',
  MongoAPIError: 'outage',
  // a client or stream that was closed while it was in use, as when it is replaced
  MongoNotConnectedError: 'outage',
  MongoTopologyClosedError: 'outage',
  MongoClientClosedError: 'outage',
  MongoServerClosedError: 'outage',
  MongoExpiredSessionError: 'outage',
  MongoCursorExhaustedError: 'outage',
  MongoCursorInUseError: 'outage',
  MongoRuntimeError: 'outage',
  MongoChangeStreamError: 'outage',
  MongoStalePrimaryError: 'outage',
  MongoDecompressionError: 'outage',
  MongoUnexpectedServerResponseError: 'outage',
  // those who give credentials can be away as a server can
  MongoAWSError: 'outage',
  MongoOIDCError: 'outage',
  MongoAzureError: 'outage',
  MongoGCPError: 'outage',
  MongoKerberosError: 'outage',
  MongoInvalidArgumentError: 'never',
  MongoMissingCredentialsError: 'never',
  MongoMissingDependencyError: 'never',
  MongoCompatibilityError: 'never',
  // of what the relay does not use
  MongoBatchReExecutionError: 'never',
  MongoTransactionError: 'never',
  MongoTailableCursorError: 'never',
  MongoGridFSStreamError: 'never',
  MongoGridFSChunkError: 'never',
  MongoClientBulkWriteCursorError: 'never',
  MongoClientBulkWriteExecutionError: 'never',
  MongoCryptError: 'never',
  MongoCryptInvalidArgumentError: 'never',
  MongoCryptCreateDataKeyError: 'never',
  MongoCryptCreateEncryptedCollectionError: 'never',
  MongoCryptAzureKMSRequestError: 'never',
  MongoCryptKMSRequestNetworkTimeoutError: 'never',
}

/**
 * Whether an error is the driver's. By the names that its classes give themselves, not by `instanceof`: a client that
 * was given may come from another copy of the driver, and bundlers shorten the names of the classes.
 */
export function isDriverError(error: unknown): error is MongoError {
  return namesOf(error).includes('MongoError')
}

/** Whether a server has answered with this error. */
export function isServerError(error: unknown): error is MongoServerError {
  return namesOf(error).includes('MongoServerError')
}

/** Whether no server could be found that serves. */
export function isSelectionError(error: unknown): error is MongoServerSelectionError {
  return namesOf(error).includes('MongoServerSelectionError')
}

/** Whether an error of the driver's own says that no server could serve for the time being. */
export function isDriverOutage(error: MongoError): boolean {
  const meaning = namesOf(error).flatMap((name) => DRIVER_ERRORS[name] ?? [])[0]
  return meaning !== 'never'
}

/** What the driver's classes of an error call themselves, the nearest first. */
function namesOf(error: unknown): string[] {
  const names: string[] = []
  if (!(error instanceof Error)) return names
  for (let type: unknown = error; type instanceof Error; type = Object.getPrototypeOf(type)) {
    const name: unknown = Object.getOwnPropertyDescriptor(type, 'name')?.get?.call(error)
    if (typeof name === 'string') names.push(name)
  }
  return names
}
