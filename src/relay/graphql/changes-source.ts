import type { Grant } from '../access/rules/policy.ts'
import type { EjsonFormat } from '../../bson/ejson/to-ejson-text.ts'
import type { ChangesRequest } from '../feed/request.ts'
import { NO_RESULTS } from './no-results.ts'

/**
 * What the subscription's resolver gives: what is wanted, how it is written, and what the caller may see. An async
 * iterable, as GraphQL demands, of nothing: the feed delivers to whole cohorts, when `openSubscription` has read this.
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
    return NO_RESULTS
  }
}
