import type { DocumentTest } from '../changes/where.ts'
import type { FieldFilter } from './field-filter.ts'

/** What a caller may see of the collections that a rule decides about, with the claims filled in. */
export interface Visibility {
  /** Tells which documents. Absent: all. */
  readonly test?: DocumentTest | undefined
  /** Tells which fields of them. Absent: all. */
  readonly fields?: FieldFilter | undefined
  /** Tells which types of events. Absent: all. */
  readonly operationTypes?: ReadonlySet<string> | undefined
}
