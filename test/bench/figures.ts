/** The middle one of some values. */
export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** The value below which so many percent of all are. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN
}

/** Prints rows as a Markdown table, for the benchmark document: the first column is text, the others are figures. */
export function printMarkdown(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'))
  console.log(['', line(header), line(rule), ...rows.map(line)].join('\n'))
}
