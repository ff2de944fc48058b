import type { Plugin } from 'graphql-yoga'
import type { Principal } from '../../../auth/principal/principal.ts'
import { Unauthenticated } from '../../../auth/unauthenticated.ts'
import type { Authentication } from '../../authentication.ts'
import { fromHeaders } from '../../credentials.ts'
import type { AnswerHeaders, RequestHeaders } from '../headers.ts'
import type { AcceptedFormats } from '../requests/accepted-formats.ts'
import { unauthenticatedAnswer } from '../requests/unauthenticated-answer.ts'
import type { InSlot } from './request-slot.ts'

/** Where the plugin finds what the request brings, and leaves who asks. */
export interface PrincipalSlot {
  readonly headers: RequestHeaders
  readonly request: unknown
  readonly formats: AcceptedFormats
  principal?: Principal
}

/**
 * Finds out who asks before anything of the request is read. Answers those who may not as
 * {@link unauthenticatedAnswer} does.
 */
export function useAuthentication(authentication: Authentication): Plugin<object, InSlot<PrincipalSlot>> {
  const { authenticator } = authentication
  return {
    async onRequest({ serverContext: { slot }, endResponse, fetchAPI }) {
      try {
        const credentials = fromHeaders(slot.headers, authentication)
        slot.principal = await authenticator.authenticate({ ...credentials, request: slot.request })
      } catch (error) {
        if (!(error instanceof Unauthenticated)) throw error
        const { status, headers, body } = unauthenticatedAnswer(error, slot.formats.json)
        endResponse(new fetchAPI.Response(String(body), { status, headers: toStrings(headers) }))
      }
    },
  }
}

function toStrings(headers: AnswerHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
