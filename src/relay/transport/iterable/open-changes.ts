import { ownerOf } from '../../auth/principal/owner.ts'
import type { Principal } from '../../auth/principal/principal.ts'
import { toScope } from '../../changes/scope.ts'
import { toLastingBytes } from '../../changes/unpooled-bytes.ts'
import { RelayError } from '../../../errors.ts'
import type { CohortSpec } from '../../feed/cohort.ts'
import type { ChangesRequest } from '../../feed/request.ts'
import type { Sink, Subscription } from '../../feed/sink.ts'
import { type ChangesArgs, toChangesRequest } from '../../graphql/changes-request.ts'
import type { Services } from '../../graphql/context.ts'
import { deliver } from '../../graphql/deliver.ts'
import type { OperationLimits } from '../../graphql/limits/operation-limits.ts'
import { type Expiry, expired } from '../expiry.ts'

/** What changes are had from. */
export interface ChangesOf {
  readonly services: Services
  readonly operationLimits: OperationLimits
  readonly expiry: Expiry
}

/**
 * Checks what a caller asks for, and gives what delivers it: each event as BSON, as the caller may see it. Callers with
 * equal filters who may see the same share filters and views.
 *
 * @throws RelayError `BAD_USER_INPUT`, `RESUME_TOKEN_INVALID`, `FORBIDDEN` or `UNAUTHENTICATED`; what it gives throws
 *   `LIMIT_EXCEEDED` and `SHUTTING_DOWN`
 */
export function openChanges(args: ChangesArgs, principal: Principal, of: ChangesOf): (sink: Sink) => Subscription {
  const { services, operationLimits, expiry } = of
  if (expiry.isOver({ principal })) throw expired()
  const grant = services.policy.grantFor(principal, toScope(args.db, args.coll))
  const request = toChangesRequest(args, { lastEventId: undefined, grant, maxTokenBytes: services.maxTokenBytes })
  const key = JSON.stringify(['bson', keyOf(args, request), grant.key])
  const encode = createBsonEncoder(operationLimits.maxResultBytes)
  const caller = { principal, owner: ownerOf(principal, '') }
  const start = deliver({ request, grant, caller, key, encode }, services, operationLimits.subscriptions)
  return (sink) => expiry.bind({ principal }, start(sink))
}

// what decides about events, besides what the caller may see
function keyOf(args: ChangesArgs, { operationTypes, filterKey }: ChangesRequest): unknown {
  const { fullDocument, fullDocumentBeforeChange, showExpandedEvents, snapshot } = args
  const { announceStart, announceInterruptions, announcePositions } = args
  const announced = [announceStart, announceInterruptions, announcePositions].map(Boolean)
  const types = operationTypes && [...operationTypes]
  return [types, filterKey, fullDocument, fullDocumentBeforeChange, showExpandedEvents, announced, snapshot]
}

function createBsonEncoder(maxBytes: number): CohortSpec['encode'] {
  return ({ event: { bytes }, resumeToken }) => {
    const [copy] = bytes.length > maxBytes ? [] : toLastingBytes([bytes])
    if (copy) return copy
    // the event's own position, so that to continue from there gets past it
    const message = `An event has more than ${maxBytes} bytes, as \`maxResultBytes\` allows; continue after it`
    return new RelayError('EVENT_TOO_LARGE', message, { resumeToken })
  }
}
