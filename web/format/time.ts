import type { Change } from '../stream/change.ts'

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/**
 * Gives when a change happened, in milliseconds since 1970: its wall time, else its cluster time to the second (servers
 * before MongoDB 6.0 send no wall time), else null.
 */
export function toChangeTimeMs(change: Pick<Change, 'wallTime' | 'clusterTime'>): number | null {
  const wallTimeMs = Date.parse(change.wallTime ?? '')
  if (!Number.isNaN(wallTimeMs)) return wallTimeMs
  const timestamp = isObject(change.clusterTime) ? change.clusterTime['$timestamp'] : null
  const seconds = isObject(timestamp) ? timestamp['t'] : null
  return typeof seconds === 'number' ? seconds * 1000 : null
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0')
}

function toClock(time: Date): string {
  return `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`
}

/**
 * Gives an instant as people read it in a log, in the browser's time zone: `14:03:07.250`, and with the date in front
 * when that is not the day of `nowMs`.
 */
export function toClockText(timeMs: number, nowMs: number): string {
  const time = new Date(timeMs)
  const clock = `${toClock(time)}.${pad(time.getMilliseconds(), 3)}`
  if (time.toDateString() === new Date(nowMs).toDateString()) return clock
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())} ${clock}`
}

/** As {@link toClockText}, in the same few characters whatever the day: `14:03:07.250`, or `11-27 14:03`. */
export function toColumnText(timeMs: number, nowMs: number): string {
  const text = toClockText(timeMs, nowMs)
  return text.includes(' ') ? text.slice(-18, -7) : text
}
