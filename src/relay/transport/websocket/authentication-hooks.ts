import { CloseCode, type ServerOptions } from 'graphql-ws'
import { isSameCaller } from '../../auth/principal/same-caller.ts'
import { Unauthenticated } from '../../auth/unauthenticated.ts'
import { isTooDeep } from '../../graphql/limits/json-depth.ts'
import type { Authentication } from '../authentication.ts'
import { fromPayload, withoutCredentials } from '../credentials.ts'
import { ConnectionRefused } from './connection-refused.ts'
import type { SocketExtra } from './socket-context.ts'

const TRY_AGAIN_LATER = 1013

type Hooks = Pick<ServerOptions<Record<string, unknown>, SocketExtra>, 'onConnect' | 'onPing'>

/**
 * What graphql-ws does about who is at the other end of a socket: looks at the credentials in `connection_init`, or
 * else at those of the upgrade request, and takes new ones of the same caller from a `ping` before the old ones expire.
 */
export function createAuthenticationHooks({ authenticator }: Authentication): Hooks {
  return {
    async onConnect({ extra, connectionParams = {} }) {
      const { request, ...offered } = extra.offered ?? {}
      const credentials = { ...(fromPayload(connectionParams) ?? offered), request }
      extra.offered = undefined
      // graphql-ws would keep all of it for as long as the socket
      empty(connectionParams)
      try {
        extra.principal = await authenticator.authenticate(credentials)
      } catch (error) {
        throw error instanceof Unauthenticated ? refusing(error) : error
      }
    },

    async onPing({ extra, acknowledged }, payload) {
      if (!payload) return
      // graphql-ws answers with the payload that it got, or fails if it cannot write it
      if (isTooDeep(payload)) return empty(payload)
      const credentials = fromPayload(payload)
      if (!credentials || !authenticator.isConfigured) return
      // not with the token; as text, because many can wait for keys that are fetched
      const rest = JSON.stringify(withoutCredentials(payload))
      empty(payload)
      const answer = await renew(extra, acknowledged, credentials)
      Object.assign(payload, JSON.parse(rest), answer)
    },
  }

  /** Tells until when the credentials are good now; null: they do not expire. */
  async function renew(extra: SocketExtra, acknowledged: boolean, credentials: object): Promise<object> {
    try {
      if (!acknowledged) throw refused('There is nothing to renew before the connection is acknowledged')
      const renewed = await authenticator.authenticate(credentials)
      if (!isSameCaller(extra.principal, renewed)) throw refused('The new credentials are not of the same caller')
      const { expiresAtMs = Infinity } = extra.principal
      if ((renewed.expiresAtMs ?? Infinity) >= expiresAtMs) extra.principal = renewed
      return { expiresAtMs: extra.principal.expiresAtMs ?? null }
    } catch (error) {
      if (!(error instanceof Unauthenticated)) throw error
      return { errors: [{ message: error.message, extensions: { code: error.code } }] }
    }
  }
}

/**
 * 4403 for credentials that are not good, as graphql-transport-ws has it; stock clients connect again, with what their
 * function for connection parameters gives then. 1013 where they cannot be checked, after which clients come again.
 */
function refusing({ problem, message }: Unauthenticated): ConnectionRefused {
  if (problem === 'unavailable') return new ConnectionRefused(TRY_AGAIN_LATER, message)
  return new ConnectionRefused(CloseCode.Forbidden, `Forbidden: ${message}`)
}

function empty(payload: Record<string, unknown>): void {
  for (const name of Object.keys(payload)) delete payload[name]
}

function refused(message: string): Unauthenticated {
  return new Unauthenticated('invalid', message)
}
