import type { Change } from '../changes/change.ts'
import type { EjsonFormat } from '../changes/ejson.ts'

/** What the fields of the GraphQL type `Change` are resolved from. */
export interface ChangeModel {
  readonly change: Change
  /** How its EJSON fields are written. */
  readonly format: EjsonFormat
}
