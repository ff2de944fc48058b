import { handleProtocols } from 'graphql-ws'
import type { ServerOptions } from 'ws'

/** How `ws` makes WebSockets of connections that others accept, and keep. */
export function serverOptions(maxMessageBytes: number): ServerOptions {
  return {
    noServer: true,
    // they are among the connections already
    clientTracking: false,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    // an operation that is completed is over before its id can be used again; and a flood lets others have their turn
    allowSynchronousEvents: false,
    handleProtocols,
  }
}
