/**
 * Where a view starts: with what happens from now on, the last changes that the relay remembers, what happened some
 * minutes ago or from a time on, what follows a token, or the documents that there are.
 */
export type Start =
  | { readonly kind: 'now' }
  | { readonly kind: 'last'; readonly count: number }
  | { readonly kind: 'ago'; readonly minutes: number }
  /** A cluster time: seconds since 1970, and a place within the second. */
  | { readonly kind: 'at'; readonly seconds: number; readonly ordinal: number }
  | { readonly kind: 'after'; readonly token: string }
  | { readonly kind: 'snapshot' }

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440 }

/** The most that `last` takes. */
export const MAX_LAST = 100

/**
 * Reads a start as it is in the URL: `now`, `last-50`, `15m`, `2h`, `1d`, a time as ISO 8601, a cluster time as
 * `<seconds>.<ordinal>`, `snapshot`, or a resume token.
 *
 * @returns null for anything else
 */
export function readStart(text: string): Start | null {
  if (text === 'now' || text === 'snapshot') return { kind: text }
  const last = /^last-(\d{1,3})$/.exec(text)
  if (last !== null) return Number(last[1]) > MAX_LAST ? null : { kind: 'last', count: Number(last[1]) }
  const ago = /^(\d{1,6})([mhd])$/.exec(text)
  if (ago !== null) return { kind: 'ago', minutes: Number(ago[1]) * (MINUTES[ago[2] ?? ''] ?? 1) }
  const at = /^(\d{1,10})\.(\d{1,10})$/.exec(text)
  if (at !== null) return { kind: 'at', seconds: Number(at[1]), ordinal: Number(at[2]) }
  const timeMs = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN
  if (timeMs >= 0) return { kind: 'at', seconds: Math.floor(timeMs / 1000), ordinal: 0 }
  return /^[\w+/=.-]{16,}$/.test(text) ? { kind: 'after', token: text } : null
}

const count = (amount: number, unit: string) => `${amount} ${unit}${amount === 1 ? '' : 's'}`

/** Gives a start for people, in a few words. */
export function toStartName(start: Start | null): string {
  switch (start?.kind) {
    case undefined:
      return 'Latest'
    case 'now':
      return 'Now'
    case 'last':
      return `Last ${start.count}`
    case 'ago':
      if (start.minutes % 1_440 === 0) return `${count(start.minutes / 1_440, 'day')} ago`
      if (start.minutes % 60 === 0) return `${count(start.minutes / 60, 'hour')} ago`
      return `${count(start.minutes, 'minute')} ago`
    case 'at':
      return `From ${new Date(start.seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')}Z`
    case 'after':
      return 'After a token'
    case 'snapshot':
      return 'Documents first'
  }
}
