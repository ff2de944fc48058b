import type { Kind } from './kinds.ts'

/** One row of the table of options: all there is to know about it. */
export interface Option<T> {
  readonly kind: Kind<T>
  /** What it is for, as a fragment in lower case, for the help. */
  readonly about: string
  /** What else its user should know, in sentences, for the reference and the doc comment. */
  readonly more?: string
  /** The value when nothing is said; absent: none. */
  readonly fallback?: T
  /** What holds where there is no default value. */
  readonly withoutIt?: string
  /** The flag without its dashes. Default: the name in words, without its unit `Ms`. */
  readonly flag?: string
  /** The environment variable. Default: `TAILRACE_` and the flag in capitals. */
  readonly variable?: string
  /** How to show a value that must not be seen, or is not to be seen in full. */
  readonly hide?: (value: T) => string
  /** Whether the short help has it, too: what most people need first. */
  readonly isCommon?: true
  /** Whether it limits all that the program has, so that several processes of it divide a value that is given. */
  readonly isDivided?: true
  /** Absent: an option of `createRelay` and of the program; otherwise of one of them only. */
  readonly of?: 'library' | 'program'
}

/** The flag of an option, without its dashes. */
export function flagOf(name: string, { flag }: Pick<Option<never>, 'flag'>): string {
  return flag ?? name.replace(/Ms$/, '').replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
}

/** The environment variable of an option. */
export function variableOf(name: string, option: Pick<Option<never>, 'flag' | 'variable'>): string {
  return option.variable ?? `TAILRACE_${flagOf(name, option).replaceAll('-', '_').toUpperCase()}`
}

/** What holds when nothing is said. */
export function defaultText({ kind, fallback, withoutIt }: Option<unknown>): string {
  return withoutIt ?? kind.show(fallback)
}
