import type { ClaimScalar } from '../../auth/claims.ts'

/** Which fields of documents a rule leaves. Paths are dotted, without array positions. */
export type FieldRule = { readonly remove: readonly string[] } | { readonly allow: readonly string[] }

/**
 * What some callers may see of some namespaces. Rules are a list: for each namespace the first one whose `roles`,
 * `claims` and `namespaces` fit decides, and where none fits nothing is visible.
 */
export interface Rule {
  /** What it is for; for people. */
  readonly name?: string | undefined
  /** The caller has any of these roles. Default: everybody, callers without credentials included. */
  readonly roles?: readonly string[] | undefined
  /**
   * The caller's claims, by name or dotted path, are equal to these, or one of a list; a list of the caller's holds it.
   */
  readonly claims?: Readonly<Record<string, ClaimScalar | readonly ClaimScalar[]>> | undefined
  /** Patterns such as `shop.orders`, `shop.*`, `tenant-*.orders` and `*`. */
  readonly namespaces: readonly string[]
  /** Only events of these types, as they are delivered. Default: all. */
  readonly operationTypes?: readonly string[] | undefined
  /**
   * A MongoDB filter on the document, as Extended JSON; `"$claims.tenant"` stands for the caller's claim. Default: all.
   * A `Map` is a document, too, whose fields stay in an order that JavaScript's objects do not keep.
   */
  readonly where?: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown> | undefined
  /** Fields to leave out, or the only ones to leave in. Default: all stay. */
  readonly fields?: FieldRule | undefined
}
