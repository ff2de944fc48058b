/** The largest message that a server takes, in bytes; `maxMessageSizeBytes` of `hello`. */
export const MAX_MESSAGE_BYTES = 48_000_000
/** The header that starts every message: length, request id, response to, op code. */
export const HEADER_BYTES = 16

/**
 * Op codes of the wire protocol.
 * @see https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
export const OP = { reply: 1, query: 2004, msg: 2013 } as const

/** A header that no request has. The connection cannot be kept: where the next message starts is unknown. */
export class FramingError extends Error {
  override readonly name = 'FramingError'
}

/**
 * The length of the message that starts here; `undefined` until its length field has come.
 * @throws FramingError as soon as what came of the header can be no request's, such as the start of a TLS handshake
 */
export function messageLength(bytes: Buffer): number | undefined {
  if (bytes.length < 4) return undefined
  const length = bytes.readInt32LE(0)
  if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES)
    throw new FramingError(`message length ${length} is not between ${HEADER_BYTES} and ${MAX_MESSAGE_BYTES}`)
  if (bytes.length < HEADER_BYTES) return length
  const opCode = bytes.readInt32LE(12)
  if (opCode === OP.msg || opCode === OP.query) return length
  throw new FramingError(`op code ${opCode} is neither ${OP.msg} (OP_MSG) nor ${OP.query} (OP_QUERY)`)
}
