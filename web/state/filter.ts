/** Whether a text can be a filter: none, or a JSON object. The relay knows what it means. */
export function isFilter(text: string | null): boolean {
  if (text === null) return true
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
