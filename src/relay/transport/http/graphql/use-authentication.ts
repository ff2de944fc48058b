import type { Plugin } from 'graphql-yoga'
import type { Principal } from '../../../auth/principal.ts'
import { Unauthenticated } from '../../../auth/unauthenticated.ts'
import type { Authentication } from '../../authentication.ts'
import { fromHeaders } from '../../credentials.ts'
import type { RequestHeaders } from '../headers.ts'
import type { AcceptedFormats } from '../requests/accepted-formats.ts'
import type { InSlot } from './request-slot.ts'

/** Where the plugin finds what the request brings, and leaves who asks. */
export interface PrincipalSlot {
  readonly headers: RequestHeaders
  readonly request: unknown
  readonly formats: AcceptedFormats
  principal?: Principal
}

/** When a client may try again whose credentials cannot be checked, in seconds, as `Retry-After` tells it. */
const RETRY_AFTER_S = 5

/**
 * Finds out who asks before anything of the request is read. Answers those who may not with 401 and what the HTTP
 * authentication scheme `Bearer` demands, or with 503 where the credentials cannot be checked at the moment; the body
 * is a GraphQL result with the error.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
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
        const body = JSON.stringify({ errors: [{ message: error.message, extensions: { code: error.code } }] })
        const isUnavailable = error.problem === 'unavailable'
        const headers = {
          'Content-Type': `${slot.formats.json ?? 'application/json'}; charset=utf-8`,
          ...(isUnavailable ? { 'Retry-After': String(RETRY_AFTER_S) } : { 'WWW-Authenticate': challengeFor(error) }),
        }
        endResponse(new fetchAPI.Response(body, { status: isUnavailable ? 503 : 401, headers }))
      }
    },
  }
}

// messages hold neither quotes nor backslashes
function challengeFor({ problem, message }: Unauthenticated): string {
  return problem === 'missing' ? 'Bearer' : `Bearer error="invalid_token", error_description="${message}"`
}
