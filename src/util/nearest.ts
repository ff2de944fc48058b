/**
 * The name that is most like a mistyped one, or `undefined` when none is near: at most a third of its letters differ,
 * or it alone begins with all of them.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const names = [...known]
  const best = nearestTypo(name, names)
  if (best !== undefined) return best
  const longer = names.filter((candidate) => candidate.toLowerCase().startsWith(name.toLowerCase()))
  return name.length >= 3 && longer.length === 1 ? longer[0] : undefined
}

/** The name that is most like a mistyped one, at most a third of whose letters differ; `undefined` when none is. */
export function nearestTypo(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Infinity
  for (const candidate of known) {
    // right elsewhere, and odd where it is
    if (candidate === name) continue
    const distance = distanceOf(name.toLowerCase(), candidate.toLowerCase())
    if (distance >= bestDistance) continue
    best = candidate
    bestDistance = distance
  }
  return best !== undefined && bestDistance <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined
}

/** `; did you mean …?` for a mistyped name; empty when no name is near. */
export function suggestion(name: string, known: Iterable<string>, prefix = ''): string {
  const near = nearest(name, known)
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`
}

// Levenshtein's: how many letters to add, to take away or to change
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < other.length; j++) {
      const changed = (row[j] ?? 0) + (one[i] === other[j] ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
