/** Milliseconds on both sides of 1970 that a JavaScript date can hold. */
export const MAX_DATE_MS = 8_640_000_000_000_000

const ISO =
  /^([0-9]{4}|[+-][0-9]{6})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,3})0*)?)?(?:Z|([+-])([0-9]{2}):?([0-9]{2})))?$/i

/**
 * Milliseconds since 1970 of ISO 8601 with a time zone and up to milliseconds, or of a day alone, which is its start in
 * UTC. `undefined` for what is no date, such as the 30th of February, which `Date` takes.
 */
export function isoToMs(text: string): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', sign, zoneHour, zoneMinute] =
    ISO.exec(text) ?? []
  if (year === undefined) return undefined
  const parts = [year, month, day, hour, minute, second, fraction.padEnd(3, '0')].map(Number)
  const local = new Date(0)
  local.setUTCFullYear(parts[0] ?? NaN, (parts[1] ?? NaN) - 1, parts[2])
  local.setUTCHours(parts[3] ?? NaN, parts[4], parts[5], parts[6])
  if (!isSame(local, parts) || Number(zoneHour ?? 0) > 23 || Number(zoneMinute ?? 0) > 59) return undefined
  const offsetMs = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * 60_000
  const ms = local.getTime() + (sign === '-' ? offsetMs : -offsetMs)
  return Math.abs(ms) <= MAX_DATE_MS ? ms : undefined
}

function isSame(date: Date, parts: readonly number[]): boolean {
  const own = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCMilliseconds(),
  ]
  return own.every((part, index) => part === parts[index])
}
