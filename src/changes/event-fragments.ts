import type { ChangeEvent } from './change.ts'

/** The pipeline that has a server send an event over 16 MiB in fragments. @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/changeStreamSplitLargeEvent/ */
export const SPLIT_LARGE_EVENTS = [{ $changeStreamSplitLargeEvent: {} }]

/** Puts the fragments of large events together again. */
export interface EventAssembler {
  /** Whether it holds a part of an event. */
  readonly isHolding: boolean
  /**
   * Takes what the server sent: gives whole events as they are, and one that came in fragments with its last fragment,
   * whose token it has; before that `undefined`.
   */
  add(event: ChangeEvent): ChangeEvent | undefined
}

/** Makes one for a stream. Holds one event at most, which can be of three documents: about 48 MiB. */
export function createEventAssembler(): EventAssembler {
  let held: Omit<ChangeEvent, '_id'> | undefined
  return {
    get isHolding() {
      return held !== undefined
    },
    add(event) {
      const { splitEvent, ...fields } = event
      const place = placeOf(splitEvent)
      if (!place) return event
      if (place.fragment < place.of) {
        held = { ...held, ...fields }
        return undefined
      }
      const whole = { ...held, ...fields }
      held = undefined
      return whole
    },
  }
}

function placeOf(splitEvent: unknown): { readonly fragment: number; readonly of: number } | undefined {
  if (typeof splitEvent !== 'object' || splitEvent === null) return undefined
  const { fragment, of } = splitEvent as { readonly fragment?: unknown; readonly of?: unknown }
  return { fragment: Number(fragment), of: Number(of) }
}
