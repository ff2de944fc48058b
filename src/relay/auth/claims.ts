/** A claim's value that a rule can ask for. */
export type ClaimScalar = string | number | boolean

/** A caller's claims: any JSON. */
export type Claims = Readonly<Record<string, unknown>>

/**
 * A caller's claim as a scalar, or as a list of scalars, by name or dotted path; see {@link valueAt}.
 *
 * `undefined` when there is none and for anything else: null would be equal to what is missing in a document, and an
 * integer beyond 2^53 has lost digits already, so that it could be somebody else's.
 */
export function claimAt(claims: Claims, path: string): ClaimScalar | readonly ClaimScalar[] | undefined {
  const value = valueAt(claims, path)
  if (isScalar(value)) return value
  return Array.isArray(value) && value.every(isScalar) ? value : undefined
}

/**
 * Whether a caller's claim is equal to what a rule asks for, or one of it; a claim that is a list, whether it holds it.
 */
export function hasClaim(claims: Claims, path: string, wanted: ClaimScalar | readonly ClaimScalar[]): boolean {
  const claim = claimAt(claims, path)
  if (claim === undefined) return false
  const held: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  const allowed: readonly ClaimScalar[] = isScalar(wanted) ? [wanted] : wanted
  return allowed.some((scalar) => held.includes(scalar))
}

/**
 * What a caller's claims hold at a claim's own name, dots and all, or at a dotted path into claims that are objects. A
 * name goes before a path. Only own properties count; `undefined` when there is none.
 */
export function valueAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (Object.hasOwn(value, path)) return own(value, path)
  const dot = path.indexOf('.')
  if (dot < 0) return undefined
  const name = path.slice(0, dot)
  return Object.hasOwn(value, name) ? valueAt(own(value, name), path.slice(dot + 1)) : undefined
}

function own(value: object, name: string): unknown {
  // an own property, asked for before
  return (value as Record<string, unknown>)[name]
}

function isScalar(value: unknown): value is ClaimScalar {
  if (typeof value !== 'number') return typeof value === 'string' || typeof value === 'boolean'
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
}
