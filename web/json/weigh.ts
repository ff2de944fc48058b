/**
 * Gives about how many characters a JSON value has in compact form, and stops counting past a limit.
 *
 * Walks without recursion, so that no depth of nesting overflows the stack. Cost: one step per key and value.
 */
export function weigh(value: unknown, limit: number): number {
  const stack = [value]
  let weight = 0
  while (stack.length > 0 && weight <= limit) {
    const current = stack.pop()
    if (typeof current === 'string') weight += current.length + 2
    else if (typeof current !== 'object' || current === null) weight += 8
    else {
      for (const [key, child] of Object.entries(current)) {
        weight += key.length + 4
        stack.push(child)
      }
    }
  }
  return weight
}
