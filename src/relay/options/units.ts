const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 }

const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** How a size is written, as a regular expression: whole bytes, or a number with `B`, `KiB`, `MiB` or `GiB`. */
export const SIZE_PATTERN = '^\\d{1,15}(?:\\.\\d{1,3})?(?:B|KiB|MiB|GiB)?$'

/** How a duration is written, as a regular expression: whole milliseconds, or a number with `ms`, `s`, `m` or `h`. */
export const DURATION_PATTERN = '^\\d{1,15}(?:\\.\\d{1,3})?(?:ms|s|m|h)?$'

/**
 * Reads a size such as `16MiB`, `1.5KiB` or `65536` into bytes; `undefined` when it is none, or no whole number of
 * bytes.
 */
export function parseSize(text: string): number | undefined {
  return new RegExp(SIZE_PATTERN).test(text) ? parse(text, SIZE_UNITS) : undefined
}

/** Reads a duration such as `30s`, `1.5h` or `250` into milliseconds; `undefined` when it is none. */
export function parseDuration(text: string): number | undefined {
  return new RegExp(DURATION_PATTERN).test(text) ? parse(text, DURATION_UNITS) : undefined
}

/** Writes a size in the largest unit that leaves a whole number. */
export function showSize(bytes: number): string {
  return show(bytes, SIZE_UNITS)
}

/** Writes a duration in the largest unit that leaves a whole number. */
export function showDuration(ms: number): string {
  return show(ms, DURATION_UNITS)
}

function parse(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const number = parseFloat(text)
  const unit = text.replace(/^[\d.]+/, '')
  // 1.1 s is 1,100.0000000000002 ms to a computer
  const value = Math.round(number * (units[unit] ?? 1) * 1_000) / 1_000
  return Number.isSafeInteger(value) ? value : undefined
}

function show(value: number, units: Readonly<Record<string, number>>): string {
  if (value === 0) return '0'
  const [unit, size] = Object.entries(units).findLast(([, factor]) => value % factor === 0) ?? ['', 1]
  return `${value / size}${unit}`
}
