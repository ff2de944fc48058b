/**
 * A claim by its name, or by a dotted path such as `realm_access.roles`. The whole name is tried first, because names such
 * as `https://example.com/roles` hold dots themselves. Only own properties count.
 */
export function claimAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let value: unknown = claims
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** Roles from a claim: an array of strings, or one string with spaces between them, as `scope` is. Absent: none. */
export function toRoles(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return [...new Set(value.split(' ').filter((role) => role !== ''))]
  if (!Array.isArray(value)) return undefined
  return value.every((role) => typeof role === 'string') ? [...new Set<string>(value)] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
