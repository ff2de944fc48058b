import type { Change } from '../changes/change.ts'
import type { EjsonFormat } from '../changes/ejson.ts'
import { toEjson } from '../changes/ejson.ts'

/** What the fields of the GraphQL type `Change` are resolved from; one for each event of a subscription. */
export interface ChangeModel {
  readonly change: Change
  /**
   * A value of the event as Extended JSON in the subscription's format.
   *
   * **Cost**: converts each value once, however many response keys ask for it.
   */
  ejson(value: unknown): unknown
}

/** Makes the model of one event. Converts nothing before it is asked for. */
export function toChangeModel(change: Change, format: EjsonFormat): ChangeModel {
  const converted = new Map<unknown, unknown>()
  return {
    change,
    ejson(value) {
      if (!converted.has(value)) converted.set(value, toEjson(value, format))
      return converted.get(value)
    },
  }
}
