import { encodeDocument, type Encodable } from '../../bson/codec/encode.ts'
import { MAX_DOCUMENT_BYTES } from '../../bson/types.ts'
import { doc, Int32 } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { ChangeEvent } from './change-event.ts'
import { KeyStringWriter } from './key-string.ts'

/** The end mark of a token. */
const END = '04'
/** What `splitEvent` and the longest token may take of a fragment. */
const FRAGMENT_OVERHEAD_BYTES = 4096

/** The token of a fragment: the event's own, followed by the fragment's number from 0. */
function fragmentToken(eventToken: string, fragment: number): string {
  const writer = new KeyStringWriter()
  writer.integer(fragment)
  return eventToken.slice(0, -END.length) + writer.finish()
}

/** The number of the fragment that a token names, when it is a fragment of the event with `eventToken`. */
export function fragmentOf(token: string, eventToken: string): number | undefined {
  const prefix = eventToken.slice(0, -END.length)
  if (!token.startsWith(prefix)) return undefined
  // a handful of fragments at most: an event holds two documents
  for (let fragment = 0; fragment < 16; fragment++) if (token === fragmentToken(eventToken, fragment)) return fragment
  return undefined
}

/**
 * Splits an event into fragments that fit a reply: each has some of the event's fields, a token of its own, and
 * `splitEvent: { fragment, of }`. Small fields come first.
 * @returns the fragments, encoded, with their tokens
 * @throws CommandError BSONObjectTooLarge when one field alone is too large
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/changeStreamSplitLargeEvent/
 */
export function splitEvent(event: ChangeEvent, eventToken: string): { bytes: Buffer; token: string }[] {
  const fields = [...event]
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => ({ name, value, size: encodeDocument(new Map([[name, value]])).length }))
    .sort((a, b) => a.size - b.size)
  const fragments: Map<string, Encodable>[] = []
  let room = 0
  for (const { name, value, size } of fields) {
    const limit = MAX_DOCUMENT_BYTES - FRAGMENT_OVERHEAD_BYTES
    if (size > limit) throw tooLarge(size)
    if (size > room) {
      fragments.push(new Map())
      room = limit
    }
    fragments.at(-1)?.set(name, value)
    room -= size
  }
  return fragments.map((fragment, i) => {
    const token = fragmentToken(eventToken, i)
    const mark = doc({ fragment: new Int32(i + 1), of: new Int32(fragments.length) })
    const document = new Map<string, Encodable>([['_id', doc({ _data: token })], ['splitEvent', mark], ...fragment])
    return { bytes: encodeDocument(document), token }
  })
}

/** The error of an event, or a field of one, that no reply can carry. */
export function tooLarge(bytes: number): CommandError {
  return new CommandError(
    'BSONObjectTooLarge',
    `BSONObj size: ${bytes} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`,
    { labels: ['NonResumableChangeStreamError'] },
  )
}
