import type { MongoError } from 'mongodb'

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

/** Whether an error of the driver's own says that no server could serve for the time being. */
export function isDriverOutage(error: MongoError): boolean {
  for (let type: unknown = error.constructor; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    const meaning = DRIVER_ERRORS[type.name]
    if (meaning) return meaning === 'outage'
  }
  return true
}
