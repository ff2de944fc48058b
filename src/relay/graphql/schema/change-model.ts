import type { JsonText } from '../../../bson/ejson/json-text.ts'
import type { EjsonFormat } from '../../../bson/ejson/to-ejson-text.ts'
import { LazyDocument } from '../../../bson/codec/lazy-document.ts'
import type { BsonValue } from '../../../bson/values.ts'
import type { Change } from '../../changes/change.ts'

/** What the fields of the GraphQL type `Change` are resolved from; one for each event and cohort. */
export interface ChangeModel {
  readonly change: Change
  /** A field of the event, or a field of a document in it, decoded; `undefined` where there is none. */
  field(name: string, inner?: string): BsonValue | undefined
  /** Whether a field of the event is a document. */
  isDocument(name: string): boolean
  /** The whole event as Extended JSON in the subscription's format. */
  ejson(): JsonText
  /**
   * A field of the event as Extended JSON, or a field of a document in it; `null` where it is absent or null.
   *
   * **Cost**: each value of an event is written once in each format, however many cohorts and response keys ask for it.
   */
  ejsonField(name: string, inner?: string): JsonText | null
}

/** Makes the model of one event. Converts nothing before it is asked for. */
export function toChangeModel(change: Change, format: EjsonFormat): ChangeModel {
  const { event } = change
  const innerOf = (name: string) => {
    const owner = event.field(name)
    return owner instanceof LazyDocument ? owner : undefined
  }
  return {
    change,
    field: (name, inner) => (inner === undefined ? event.value(name) : innerOf(name)?.value(inner)),
    isDocument: (name) => innerOf(name) !== undefined,
    ejson: () => event.text(format),
    ejsonField(name, inner) {
      const text = (inner === undefined ? event : innerOf(name))?.fieldText(inner ?? name, format)
      return text === undefined || text.text === 'null' ? null : text
    },
  }
}
