import type { Span } from './mistake.ts'

/** What kind of value a scalar is, as far as readers ask. */
export type ScalarType = 'string' | 'int' | 'long' | 'double' | 'date' | 'other'

/** A value that holds no others, of any BSON type. */
export interface Scalar {
  readonly type: ScalarType
  /** The text of a string, the digits of a number, ISO 8601 of a date; empty for others. */
  readonly content: string
  /** It in canonical Extended JSON. */
  readonly json: string
  /** It in the shell's syntax. */
  readonly shell: string
}

/** A field of a document as it was written. */
export interface Field {
  readonly name: string
  readonly nameSpan: Span
  readonly value: Value
}

/** A value as it was written, with its place. */
export type Value = { readonly span: Span } & (
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | { readonly kind: 'document'; readonly fields: readonly Field[] }
)

/** A document as it was written. */
export type DocumentValue = Extract<Value, { readonly kind: 'document' }>
