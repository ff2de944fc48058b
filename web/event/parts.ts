import { sliceFields } from '../../src/bson/ejson/json-slices.ts'
import { readEvent } from '../json/event.ts'

/** The fields of a change event, each read only when it is asked for. */
export interface EventParts {
  /** A field's JSON; undefined when the event has no such field. */
  text(name: string): string | undefined
  /** A field's value, to be shown as it is; undefined when the event has no such field. */
  value(name: string): unknown
}

/**
 * Gives the fields of an event by its JSON text.
 *
 * **Cost**: one pass over the text, and the reading of each field that is asked for.
 */
export function toParts(jsonText: string): EventParts {
  const texts = sliceFields(jsonText)
  return {
    text: (name) => texts.get(name),
    value(name) {
      const text = texts.get(name)
      return text === undefined ? undefined : readEvent(text)
    },
  }
}
