/** One entry of a header such as `Accept` or `Accept-Encoding`. */
export interface Weighted {
  /** In lower case. */
  readonly value: string
  /** By their names in lower case, without quotes; the weight is not among them. */
  readonly parameters: ReadonlyMap<string, string>
  /** From 0, which refuses it, to 1. One that cannot be read counts as none. */
  readonly weight: number
}

// a quoted string, which may end with the header; a separator; anything else. None of them can be read in two ways
const TOKENS = /"(?:[^"\\]|\\.)*"?|[,;]|[^,;"]+/gs

/**
 * Reads a list whose entries have weights, in order. Cost: one pass.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2
 */
export function readWeightedList(header: string): Weighted[] {
  const entries: string[][] = [['']]
  for (const [token] of header.matchAll(TOKENS)) {
    const entry = entries.at(-1) ?? []
    if (token === ',') entries.push([''])
    else if (token === ';') entry.push('')
    else entry[entry.length - 1] += token
  }
  return entries.map(toWeighted).filter(({ value }) => value !== '')
}

function toWeighted([value = '', ...rest]: readonly string[]): Weighted {
  const parameters = new Map(
    rest.map((parameter) => {
      const at = parameter.indexOf('=')
      const text = at < 0 ? '' : parameter.slice(at + 1).trim()
      return [
        parameter
          .slice(0, at < 0 ? undefined : at)
          .trim()
          .toLowerCase(),
        unquoted(text),
      ]
    }),
  )
  const q = parameters.get('q')
  parameters.delete('q')
  const weight = q === undefined || !/^(?:\d+\.?\d*|\.\d+)$/.test(q) ? 1 : Math.min(Number(q), 1)
  return { value: value.trim().toLowerCase(), parameters, weight }
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1).replace(/"$/, '').replaceAll(/\\(.)/gs, '$1') : text
}
