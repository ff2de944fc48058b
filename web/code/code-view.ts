import type { FullDocument, FullDocumentBeforeChange, Snapshot } from '../../src/client/query/operations.generated.ts'
import type { Namespace } from '../state/view.ts'

/** Where a view starts. */
export type CodeStart =
  | { readonly kind: 'now' }
  /** With so many changes that the relay remembers. */
  | { readonly kind: 'last'; readonly count: number }
  | { readonly kind: 'after'; readonly resumeToken: string }
  /** At a cluster time. */
  | { readonly kind: 'at'; readonly seconds: number; readonly ordinal: number }

/** A view as code is to show it. */
export interface CodeView extends Namespace {
  /** The filter of events, as `readFilter` gives it; null for every event. */
  readonly where: string | null
  /** Null for all. */
  readonly operationTypes: readonly string[] | null
  readonly fullDocument: FullDocument
  readonly fullDocumentBeforeChange: FullDocumentBeforeChange
  readonly start: CodeStart
  readonly snapshot: Snapshot | null
}
