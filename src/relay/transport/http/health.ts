import { type Answer, textAnswer } from './answer.ts'

/**
 * Answers `/healthz`, whether the process lives, and `/readyz`, whether it can serve: 503 with the reason when it
 * cannot. `undefined` for other paths. Asks no server: it says what is known already.
 *
 * @param trouble why the relay cannot serve now; `undefined` when it can
 */
export function healthAnswer(path: string, trouble: () => string | undefined): Answer | undefined {
  if (path === '/healthz') return textAnswer(200, 'ok')
  if (path !== '/readyz') return undefined
  const reason = trouble()
  return reason === undefined ? textAnswer(200, 'ready') : textAnswer(503, reason)
}
