import type { ServerResponse } from 'node:http'
import { respondText } from './respond.ts'

/**
 * Answers `/healthz`, whether the process lives, and `/readyz`, whether it can serve: 503 with the reason when it
 * cannot. Gives false for other paths. Asks no server: it says what is known already.
 *
 * @param trouble why the relay cannot serve now; `undefined` when it can
 */
export function respondHealth(response: ServerResponse, path: string, trouble: () => string | undefined): boolean {
  if (path === '/healthz') {
    respondText(response, 200, 'ok')
    return true
  }
  if (path !== '/readyz') return false
  const reason = trouble()
  if (reason === undefined) respondText(response, 200, 'ready')
  else respondText(response, 503, reason)
  return true
}
