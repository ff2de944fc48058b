import type { Kind } from './kinds.ts'

/** The headings of the help and the reference, in order. */
export const GROUPS = ['MongoDB', 'Listening', 'Memory', 'Clients', 'Operation'] as const

/** What a setting is about. */
export type Group = (typeof GROUPS)[number]

/** One row of the table of settings: all there is to know about it. */
export interface Setting<T> {
  readonly group: Group
  readonly kind: Kind<T>
  /** What it is for, as a fragment. */
  readonly about: string
  /** The value when nothing is said; absent: none. */
  readonly fallback?: T
  /** What the help says where there is no default value. */
  readonly withoutIt?: string
  /** The flag without its dashes. Default: the key in words, without its unit `Ms`. */
  readonly flag?: string
  /** The environment variable. Default: `TAILRACE_` and the flag in capitals. */
  readonly variable?: string
  /** How to show a value that must not be seen, or is not to be seen in full. */
  readonly hide?: (value: T) => string
  /** Whether it is for the program around the relay, and no option of `createRelay`. Default false. */
  readonly isPrograms?: boolean
}

/** The flag of a setting, without its dashes. */
export function flagOf(key: string, { flag }: Pick<Setting<never>, 'flag'>): string {
  return flag ?? key.replace(/Ms$/, '').replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
}

/** The environment variable of a setting. */
export function variableOf(key: string, setting: Pick<Setting<never>, 'flag' | 'variable'>): string {
  return setting.variable ?? `TAILRACE_${flagOf(key, setting).replaceAll('-', '_').toUpperCase()}`
}
