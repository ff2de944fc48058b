import { ownerOf } from '../../auth/principal/owner.ts'
import type { Principal } from '../../auth/principal/principal.ts'
import { toScope } from '../../changes/scope.ts'
import type { Sink, Subscription } from '../../feed/sink.ts'
import { type ChangesArgs, toChangesRequest } from '../../graphql/changes-request.ts'
import type { Services } from '../../graphql/context.ts'
import { openBson } from '../../graphql/open-bson.ts'
import { type Expiry, expired } from '../expiry.ts'

/** What changes are had from. */
export interface ChangesOf {
  readonly services: Services
  readonly expiry: Expiry
}

/**
 * Checks what a caller asks for, and gives what delivers it: each event as BSON, as the caller may see it.
 *
 * @throws RelayError `BAD_USER_INPUT`, `RESUME_TOKEN_INVALID`, `FORBIDDEN` or `UNAUTHENTICATED`; what it gives throws
 *   `LIMIT_EXCEEDED` and `SHUTTING_DOWN`
 */
export function openChanges(args: ChangesArgs, principal: Principal, of: ChangesOf): (sink: Sink) => Subscription {
  const { services, expiry } = of
  if (expiry.isOver({ principal })) throw expired()
  const grant = services.policy.grantFor(principal, toScope(args.db, args.coll))
  const request = toChangesRequest(args, { lastEventId: undefined, grant, maxTokenBytes: services.maxTokenBytes })
  const caller = { principal, owner: ownerOf(principal, '') }
  const start = openBson({ args, request, grant, caller }, services)
  return (sink) => expiry.bind({ principal }, start(sink))
}
