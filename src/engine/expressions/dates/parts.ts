const DAY_MS = 86_400_000

/** A date's parts as calendars and clocks show them. */
export interface DateParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
  /** 1 is Sunday. */
  readonly dayOfWeek: number
  /** 1 is Monday. */
  readonly isoDayOfWeek: number
  readonly dayOfYear: number
  /** 0 to 53, weeks begin on Sundays. */
  readonly week: number
  readonly isoWeek: number
  readonly isoWeekYear: number
}

/** The parts of a clock reading, in milliseconds as of {@link toLocal}. */
export function dateParts(localMs: number): DateParts {
  const date = new Date(localMs)
  const year = date.getUTCFullYear()
  const weekday = date.getUTCDay()
  const dayOfYear = Math.floor((localMs - utcMs(year, 1, 1)) / DAY_MS) + 1
  const isoDayOfWeek = weekday === 0 ? 7 : weekday
  // the ISO week belongs to the year of its Thursday
  const thursday = localMs + (4 - isoDayOfWeek) * DAY_MS
  const isoWeekYear = new Date(thursday).getUTCFullYear()
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    dayOfWeek: weekday + 1,
    isoDayOfWeek,
    dayOfYear,
    week: Math.floor((dayOfYear + 6 - weekday) / 7),
    isoWeek: Math.floor((thursday - utcMs(isoWeekYear, 1, 1)) / (7 * DAY_MS)) + 1,
    isoWeekYear,
  }
}

/**
 * Milliseconds since 1970 of a date's parts; parts out of their range carry over. Unlike `Date.UTC`, year 5 is year 5.
 */
export function utcMs(year: number, month: number, day: number, time: readonly number[] = []): number {
  const [hour = 0, minute = 0, second = 0, millisecond = 0] = time
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
}

/** How many days a month has; months out of their range carry over. */
export function daysInMonth(year: number, month: number): number {
  return new Date(utcMs(year, month + 1, 0)).getUTCDate()
}
