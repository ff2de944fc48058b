import { createHandler } from 'tailrace/handler'
import { maxStreamMs, options } from '../theirs.js'

const relay = () => (globalThis.relay ??= createHandler({ ...options, maxStreamMs }))
export const GET = (request) => relay().fetch(request)
export const POST = GET
export const maxDuration = 300
