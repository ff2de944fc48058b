import { isErrorCode, RelayError } from '../../../errors.ts'

/**
 * What an ingester says, several times a second and after each message that it wrote, of a log. Stored nowhere; true
 * whoever says it, also when it comes late.
 */
export type Mark = Progress | Trouble | Resignation

/** How far it is. */
export interface Progress {
  /** Who says so. */
  readonly by: string
  /** The place of the last message. */
  readonly seq: number
  /** The token that the last message reaches. */
  readonly last: string
  /** Nothing happened after `last`, up to this token. */
  readonly reached: string
}

/** Why it does not get further. */
export interface Trouble {
  readonly by: string
  readonly error: RelayError
  /** Whether it tries again until it can, so that readers wait. */
  readonly isPassing: boolean
}

/** The one who has written it so far does not go on. */
export interface Resignation {
  readonly by: string
  readonly resigns: true
}

/** Writes a mark. */
export function writeMark(mark: Mark): string {
  if (!('error' in mark)) return JSON.stringify(mark)
  const { by, error, isPassing } = mark
  return JSON.stringify({ by, isPassing, error: { code: error.code, message: error.message } })
}

/** Reads a mark; `undefined` for what is none. */
export function readMark(text: string): Mark | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { by, seq, last, reached, resigns, error, isPassing } = value as Record<string, unknown>
  if (typeof by !== 'string') return undefined
  if (resigns === true) return { by, resigns }
  if (typeof seq === 'number' && typeof last === 'string' && typeof reached === 'string') {
    return { by, seq, last, reached }
  }
  const { code, message } = (error ?? {}) as Record<string, unknown>
  if (typeof code !== 'string' || typeof message !== 'string' || !isErrorCode(code)) return undefined
  return { by, error: new RelayError(code, message), isPassing: isPassing === true }
}
