/**
 * How a regular expression's worst case grows with the length n of the text: as n to this power. Infinity where a
 * repetition holds another one or alternatives, so that it may grow exponentially. An estimate from above.
 * @param source in JavaScript's syntax
 */
export function worstCasePower(source: string): number {
  // one for the places at which a match may start
  let power = 1
  const groups: Group[] = []
  let last: Group | undefined
  let before = ''
  for (const [token] of source.matchAll(TOKEN)) {
    const group = groups.at(-1)
    const isOptional = token === '?' && before !== '(' && !QUANTIFIER.test(before)
    before = token
    if (token === '(') {
      groups.push({ repeats: false })
      last = undefined
    } else if (token === ')') {
      last = groups.pop()
      const outer = groups.at(-1)
      if (outer && last?.repeats) outer.repeats = true
    } else if (token === '|' || isOptional) {
      if (group) group.repeats = true
    } else if (isRepetition(token)) {
      if (last?.repeats) return Infinity
      if (group) group.repeats = true
      power++
    } else if (token !== '?' && !token.startsWith('{')) {
      last = undefined
    }
  }
  return power
}

/** A group, and whether something in it can match in several ways. */
interface Group {
  repeats: boolean
}

/** Escapes, bracket expressions, groups with their kind, counts; else single characters. */
const TOKEN = /\\(?:u\{[^}]*\}|[pPk][{<][^}>]*[}>]|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\(|\{\d+(?:,\d*)?\}|[\s\S]/gu

/** What a `?` behind it makes lazy. */
const QUANTIFIER = /^(?:[*+?]|\{\d.*\})$/

/** Counts up to here are taken for repetitions that do not matter. */
const SMALL_COUNT = 8

function isRepetition(token: string): boolean {
  if (token === '*' || token === '+' || /^\\(?:[1-9]|k<)/.test(token)) return true
  const count = /^\{(\d+)(,?)(\d*)\}$/.exec(token)
  if (!count) return false
  const [, from, comma, to] = count
  return comma !== '' && (to === '' || Number(to) - Number(from) > SMALL_COUNT)
}
