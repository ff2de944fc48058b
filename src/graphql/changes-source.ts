import type { EjsonFormat } from '../changes/ejson.ts'
import type { ChangesRequest } from '../feed/request.ts'

/**
 * What the subscription's resolver gives: what is wanted, and how it is written. An async iterable by type, as GraphQL
 * demands, but never iterated: the feed delivers to whole cohorts.
 */
export class ChangesSource implements AsyncIterable<never> {
  readonly request: ChangesRequest
  readonly format: EjsonFormat

  constructor(request: ChangesRequest, format: EjsonFormat) {
    this.request = request
    this.format = format
  }

  [Symbol.asyncIterator](): AsyncIterator<never> {
    throw new Error('Subscriptions are opened by openSubscription, not by graphql’s own subscribe')
  }
}
