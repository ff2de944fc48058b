import type { Encodable, EncodableDocument } from '../../bson/codec/encode.ts'
import { Binary, Double, Int32, Long, type BsonDocument, type Timestamp } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'

/** A reply from its fields, in their order. Skips `undefined`. */
export function reply(fields: Readonly<Record<string, Encodable | undefined>>): EncodableDocument {
  const document = new Map<string, Encodable>()
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) document.set(name, value)
  return document
}

/** The reply that says that a command failed. Anything but a CommandError is an InternalError of the engine. */
export function errorReply(error: unknown): EncodableDocument {
  const known = error instanceof CommandError ? error : internalError(error)
  return reply({
    ...(known.labels.length > 0 ? { errorLabels: [...known.labels] } : {}),
    ok: new Double(0),
    errmsg: known.message,
    code: new Int32(known.code),
    codeName: known.codeName,
    ...(known.fields as Record<string, Encodable>),
  })
}

/**
 * The engine's limits are meant to come first; these are JavaScript's own, reached by values of extreme depth or size.
 */
function internalError(error: unknown): CommandError {
  if (error instanceof RangeError && error.message === 'Maximum call stack size exceeded') {
    return new CommandError('Overflow', 'the operation is nested too deeply for the embedded engine', { cause: error })
  }
  if (
    error instanceof RangeError &&
    /^Invalid (?:string|array) length|^Map maximum size|^Set maximum size/.test(error.message)
  ) {
    return new CommandError('ExceededMemoryLimit', `the operation is too large for the embedded engine`, {
      cause: error,
    })
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new CommandError('InternalError', `The embedded engine failed: ${message}`, { cause: error })
}

const NO_SIGNATURE: BsonDocument = new Map<string, Binary | Long>([
  ['hash', new Binary(Buffer.alloc(20), 0)],
  ['keyId', new Long(0)],
])

/** A reply with what every member of a replica set adds to it. */
export function withTimes(fields: EncodableDocument, time: Timestamp): EncodableDocument {
  const document = new Map<string, Encodable>(fields)
  if (!document.has('ok')) document.set('ok', new Double(1))
  document.set(
    '$clusterTime',
    new Map<string, Encodable>([
      ['clusterTime', time],
      ['signature', NO_SIGNATURE],
    ]),
  )
  document.set('operationTime', time)
  return document
}
