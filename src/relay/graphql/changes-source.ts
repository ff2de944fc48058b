import type { Grant } from '../access/rules/policy.ts'
import type { EjsonFormat } from '../../bson/ejson/to-ejson-text.ts'
import type { ChangesRequest } from '../feed/request.ts'

/**
 * What the subscription's resolver gives: what is wanted, how it is written, and what the caller may see. An async iterable by type, as GraphQL
 * demands, but never iterated: the feed delivers to whole cohorts.
 */
export class ChangesSource implements AsyncIterable<never> {
  readonly request: ChangesRequest
  readonly format: EjsonFormat
  readonly grant: Grant

  constructor(request: ChangesRequest, format: EjsonFormat, grant: Grant) {
    this.request = request
    this.format = format
    this.grant = grant
  }

  [Symbol.asyncIterator](): AsyncIterator<never> {
    throw new Error('Subscriptions are opened by openSubscription, not by graphql’s own subscribe')
  }
}
