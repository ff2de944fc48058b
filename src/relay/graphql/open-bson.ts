import type { Grant } from '../access/rules/policy.ts'
import { toLastingBytes } from '../changes/unpooled-bytes.ts'
import { RelayError } from '../../errors.ts'
import type { CohortSpec } from '../feed/cohort.ts'
import type { ChangesRequest } from '../feed/request.ts'
import type { Sink, Subscription } from '../feed/sink.ts'
import type { ChangesArgs } from './changes-request.ts'
import type { GraphQLContext, Services } from './context.ts'
import { deliver } from './deliver.ts'

/** What is delivered as BSON, and to whom. */
export interface BsonDelivery {
  readonly args: ChangesArgs
  /** What the arguments ask for. */
  readonly request: ChangesRequest
  readonly grant: Grant
  readonly caller: Pick<GraphQLContext, 'principal' | 'owner'>
}

/**
 * Gives what delivers each event as BSON, as the caller may see it. Callers with equal filters who may see the same
 * share filters and views.
 *
 * What it gives throws RelayError `LIMIT_EXCEEDED` or `SHUTTING_DOWN`.
 */
export function openBson(
  { args, request, grant, caller }: BsonDelivery,
  services: Services,
): (sink: Sink) => Subscription {
  const key = JSON.stringify(['bson', keyOf(args, request), grant.key])
  return deliver(
    { request, grant, caller, key, encode: createBsonEncoder(services.operationLimits.maxResultBytes) },
    services,
  )
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
