/** Roles from a claim: an array of strings, or one string with spaces between them, as `scope` is. Absent: none. */
export function toRoles(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return [...new Set(value.split(' ').filter((role) => role !== ''))]
  if (!Array.isArray(value)) return undefined
  return value.every((role) => typeof role === 'string') ? [...new Set<string>(value)] : undefined
}
