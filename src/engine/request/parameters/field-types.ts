import { isDocument, isNumber, Long, Timestamp, typeName, Undefined, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'

/** What a field's value must be. */
type FieldType = keyof typeof CHECKS

const CHECKS = {
  string: (value: BsonValue) => typeof value === 'string',
  object: (value: BsonValue) => isDocument(value),
  array: (value: BsonValue) => Array.isArray(value),
  bool: (value: BsonValue) => typeof value === 'boolean',
  long: (value: BsonValue) => value instanceof Long && !(value instanceof Timestamp),
  timestamp: (value: BsonValue) => value instanceof Timestamp,
  number: isNumber,
  /** The server takes numbers for flags. */
  flag: (value: BsonValue) => typeof value === 'boolean' || isNumber(value),
}

const EXPECTED: Partial<Record<FieldType, string>> = {
  number: "expected types '[long, int, decimal, double]'",
  flag: "expected types '[bool, long, int, decimal, double]'",
}

/** The types of commands' fields: by command and field where commands differ, else by field. Others take any value. */
const TYPES: Readonly<Record<string, FieldType>> = {
  ...ofType('string', ['viewOn', 'validationLevel', 'validationAction', 'verbosity', 'key', 'to', 'collection', '$db']),
  ...ofType('object', ['filter', 'projection', 'sort', 'fields', 'let', 'cursor', 'validator', 'readConcern']),
  ...ofType('object', ['changeStreamPreAndPostImages', 'collation', 'query', 'min', 'max', 'collMod.index', 'idIndex']),
  ...ofType('object', ['writeConcern', '$readPreference', '$clusterTime', 'storageEngine', 'recoveryToken', 'lsid']),
  ...ofType('array', ['pipeline', 'documents', 'updates', 'deletes', 'arrayFilters', 'indexes', 'cursors', 'stmtIds']),
  ...ofType('bool', ['autocommit', 'startTransaction', 'apiStrict', 'apiDeprecationErrors', 'oplogReplay']),
  ...ofType('long', ['txnNumber', 'term']),
  ...ofType('number', ['limit', 'skip', 'batchSize', 'maxTimeMS', 'size', 'create.max', 'scale']),
  ...ofType('flag', ['ordered', 'bypassDocumentValidation', 'allowDiskUse', 'explain', 'singleBatch', 'returnKey']),
  ...ofType('flag', ['showRecordId', 'tailable', 'awaitData', 'noCursorTimeout', 'allowPartialResults', 'readOnce']),
  ...ofType('flag', ['remove', 'new', 'upsert', 'capped', 'nameOnly', 'authorizedCollections', 'dropTarget']),
  ...ofType('flag', ['bypassEmptyTsReplacement', 'includeBuildUUIDs', 'authorizedDatabases', 'full', 'force']),
}

function ofType(type: FieldType, names: readonly string[]): Record<string, FieldType> {
  return Object.fromEntries(names.map((name) => [name, type]))
}

/**
 * Checks a command's field. Null and undefined count as absent, as the server has it.
 * @throws CommandError TypeMismatch
 */
export function checkFieldType(command: string, field: string, value: BsonValue): void {
  const own = `${command}.${field}`
  const type = TYPES[own] ?? (Object.hasOwn(TYPES, field) ? TYPES[field] : undefined)
  if (type !== undefined) checkType(own, value, type)
}

/** @throws CommandError TypeMismatch when a value that is there is not of a type */
export function checkType(name: string, value: BsonValue | undefined, type: FieldType): void {
  if (value === undefined || value === null || value instanceof Undefined || CHECKS[type](value)) return
  const expected = EXPECTED[type] ?? `expected type '${type}'`
  throw new CommandError('TypeMismatch', `BSON field '${name}' is the wrong type '${typeName(value)}', ${expected}`)
}
