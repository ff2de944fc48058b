/**
 * Thrown by a hook of graphql-ws to close the socket, with a code that tells stock clients whether they come back, and
 * a reason for a person to read.
 */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused'
  readonly closeCode: number

  constructor(closeCode: number, reason: string) {
    super(reason)
    this.closeCode = closeCode
  }
}
