import { readWeightedList, type Weighted } from './weighted-list.ts'

/** The types that one result can have; where a client takes both in the same way, the first. */
const JSON_TYPES = ['application/json', 'application/graphql-response+json'] as const
const STREAM_TYPE = 'text/event-stream'
const HTML_TYPE = 'text/html'

/** What a client takes of what the relay can send. */
export interface AcceptedFormats {
  /** The type that one result has; absent when the client takes none. */
  readonly json: (typeof JSON_TYPES)[number] | undefined
  /** Whether it takes event streams. */
  readonly stream: boolean
  /** Whether one result shall be an event stream, too. */
  readonly prefersStream: boolean
  /** Whether it asks for a page by name, and likes it best: a browser. */
  readonly prefersHtml: boolean
}

/** How well a type fits: more in an earlier place counts more than all of the later ones. */
type Rank = readonly [weight: number, specificity: number, order: number]

const UNFIT: Rank = [0, 0, 0]

/**
 * Reads `Accept`: ranges with wildcards, weights and the parameter `charset`, in any case; the most specific one that
 * fits a type decides. Between types of one weight those that are named win over wildcards, and the earlier over the
 * later. Without ranges everything is taken.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function acceptedFormats(accept: string | undefined): AcceptedFormats {
  const ranges = readWeightedList(accept ?? '').filter(isUtf8)
  const rank = (type: string) => rankOf(type, ranges.length > 0 ? ranges : ANYTHING)
  const [plain, own] = JSON_TYPES
  const isOwnBetter = compare(rank(own), rank(plain)) > 0
  const json = isOwnBetter ? own : plain
  const [jsonRank, streamRank, htmlRank] = [rank(json), rank(STREAM_TYPE), rank(HTML_TYPE)]
  const isHtmlNamed = htmlRank[0] > 0 && htmlRank[1] === 2
  return {
    json: jsonRank[0] > 0 ? json : undefined,
    stream: streamRank[0] > 0,
    prefersStream: streamRank[0] > jsonRank[0],
    prefersHtml: isHtmlNamed && compare(htmlRank, jsonRank) > 0 && compare(htmlRank, streamRank) > 0,
  }
}

const ANYTHING = readWeightedList('*/*')

function isUtf8({ parameters }: Weighted): boolean {
  const charset = parameters.get('charset')
  return charset === undefined || /^(?:utf-?8|\*)$/i.test(charset)
}

function rankOf(type: string, ranges: readonly Weighted[]): Rank {
  const names = [['*/*', '*'], [`${type.split('/')[0]}/*`], [type]]
  let best = UNFIT
  ranges.forEach(({ value, weight }, order) => {
    const specificity = names.findIndex((name) => name.includes(value))
    if (specificity < 0 || (best !== UNFIT && specificity <= best[1])) return
    best = [weight, specificity, -order]
  })
  return best
}

function compare(one: Rank, other: Rank): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}
