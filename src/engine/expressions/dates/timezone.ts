import { CommandError } from '../../../bson/command-error.ts'

/** How far local time is ahead of UTC at an instant, in milliseconds. */
export type Zone = (utcMs: number) => number

/** Coordinated universal time. */
export const UTC: Zone = () => 0

// Intl formatters are slow to make; there are only so many names that are valid
const zones = new Map<string, Zone>()

/**
 * Finds a time zone: an Olson name such as `Europe/Berlin`, `UTC`, `GMT`, or an offset such as `+02`, `+0530`,
 * `-04:45`.
 * @throws CommandError 40485 for anything else
 */
export function findZone(name: string): Zone {
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(name)
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
    const ms = (offset[1] === '-' ? -minutes : minutes) * 60_000
    return () => ms
  }
  if (['UTC', 'GMT', 'Z', 'Etc/UTC'].includes(name)) return UTC
  const zone = zones.get(name) ?? namedZone(name)
  zones.set(name, zone)
  return zone
}

function namedZone(name: string): Zone {
  const formatter = createFormatter(name)
  return (utcMs) => {
    // beyond what the formatter takes
    if (!(Math.abs(utcMs) <= 8.64e15)) return 0
    const parts = new Map(formatter.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
    const local = new Date(0)
    local.setUTCFullYear(part('year'), part('month') - 1, part('day'))
    local.setUTCHours(part('hour') % 24, part('minute'), part('second'), 0)
    // years before Christ are counted backwards by the formatter: such dates are given no offset
    const ms = local.getTime() - Math.floor(utcMs / 1000) * 1000
    return Math.abs(ms) <= 86_400_000 ? ms : 0
  }
}

function createFormatter(timeZone: string): Intl.DateTimeFormat {
  try {
    // Intl takes offsets and lower case too; the server's names have neither
    if (!/^[A-Z]/.test(timeZone)) throw new RangeError(timeZone)
    return new Intl.DateTimeFormat('en-US-u-ca-gregory', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch (cause) {
    throw new CommandError(40485, `unrecognized time zone identifier: "${timeZone}"`, { cause })
  }
}

/** An instant as the same clock reading in UTC, for reading local parts with the UTC getters. */
export function toLocal(utcMs: number, zone: Zone): number {
  return utcMs + zone(utcMs)
}

/**
 * The instant at which clocks of a zone show a reading. One that a change of clocks skips is moved on; of two the first
 * counts.
 */
export function fromLocal(localMs: number, zone: Zone): number {
  // the offset at the reading itself may lie on the other side of a change
  const before = zone(localMs - 86_400_000)
  const first = localMs - before
  if (zone(first) === before) return first
  const second = localMs - zone(first)
  return zone(second) === zone(first) ? second : first
}
