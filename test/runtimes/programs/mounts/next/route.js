import { createHandler } from 'tailrace/handler'
import { maxStreamMs, options } from '../theirs.js'

globalThis.relay ??= createHandler({ ...options, maxStreamMs })
export const { fetch: GET, fetch: POST } = globalThis.relay
export const maxDuration = 300
