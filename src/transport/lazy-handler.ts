import type { RequestHandler } from './http-server.ts'

/** Makes a handler with its first request, for what takes long to load. */
export function lazyHandler(load: () => Promise<RequestHandler>): RequestHandler {
  let handler: Promise<RequestHandler> | undefined
  return async (request, response) => (await (handler ??= load()))(request, response)
}
