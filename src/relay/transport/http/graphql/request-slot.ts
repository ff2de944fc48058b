/**
 * What Yoga gets of the relay with each request. Yoga puts all that it makes of a request into the object that it gets,
 * so that what belongs to the relay is in one of its own.
 */
export interface InSlot<Slot> {
  readonly slot: Slot
}
