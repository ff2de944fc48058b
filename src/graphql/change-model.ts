import type { Change } from '../changes/change.ts'
import type { EjsonFormat } from '../changes/ejson.ts'
import { toEjson } from '../changes/ejson.ts'
import { isPlainDocument } from '../changes/ejson-input.ts'
import { JsonText } from '../changes/json-text.ts'
import { MISSING } from '../changes/match/values.ts'
import { RawDocument } from '../changes/raw-document.ts'
import { documentOf, fieldOf } from '../changes/to-change.ts'

/** What the fields of the GraphQL type `Change` are resolved from; one for each event and cohort. */
export interface ChangeModel {
  readonly change: Change
  /** A field of the event, or a field of a document in it, decoded; `undefined` where there is none. */
  field(name: string, inner?: string): unknown
  /** Whether a field of the event is a document. */
  isDocument(name: string): boolean
  /** The whole event as Extended JSON in the subscription's format. */
  ejson(): JsonText
  /**
   * A field of the event as Extended JSON, or a field of a document in it; `null` where it is absent or null.
   *
   * **Cost**: each value of an event that a server sent is written once in each format, however many cohorts and response
   * keys ask for it; of another one, once for each model.
   */
  ejsonField(name: string, inner?: string): JsonText | null
}

/** Makes the model of one event. Converts nothing before it is asked for. */
export function toChangeModel(change: Change, format: EjsonFormat): ChangeModel {
  const document = documentOf(change)
  if (document instanceof RawDocument) {
    const innerOf = (name: string) => {
      const owner = document.field(name)
      return owner instanceof RawDocument ? owner : undefined
    }
    return {
      change,
      field(name, inner) {
        if (inner === undefined) return fieldOf(change, name)
        const value = innerOf(name)?.value(inner)
        return value === MISSING ? undefined : value
      },
      isDocument: (name) => innerOf(name) !== undefined,
      ejson: () => document.text(format),
      ejsonField(name, inner) {
        const text = (inner === undefined ? document : innerOf(name))?.fieldText(inner ?? name, format)
        return text === undefined || text.text === 'null' ? null : text
      },
    }
  }
  const field = (name: string, inner?: string) =>
    inner === undefined ? fieldOf(change, name) : ownField(fieldOf(change, name), inner)
  const texts = new Map<unknown, JsonText>()
  const toText = (value: unknown) => {
    const text = texts.get(value) ?? new JsonText(JSON.stringify(toEjson(value, format)))
    texts.set(value, text)
    return text
  }
  return {
    change,
    field,
    isDocument: (name) => isPlainDocument(field(name)),
    ejson: () => toText(document),
    ejsonField(name, inner) {
      const value = field(name, inner)
      return value === undefined || value === null ? null : toText(value)
    },
  }
}

function ownField(owner: unknown, name: string): unknown {
  return isPlainDocument(owner) && Object.hasOwn(owner, name) ? owner[name] : undefined
}
