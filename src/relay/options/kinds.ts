import type * as Zod from 'zod'
import type { SecretRule } from '../auth/secrets.ts'
import { parseNamespace } from '../changes/scope.ts'
import { DURATION_PATTERN, parseDuration, parseSize, showDuration, showSize, SIZE_PATTERN } from './units.ts'

/** How values of one kind are written and read. */
export interface Kind<T> {
  /** What a program's values are, in TypeScript, such as `number`. */
  readonly type: string
  /** What a number counts, if it is a number of something: `bytes` or `milliseconds`. */
  readonly unit?: string
  /** What stands for a value in the help, such as `size`; empty for a switch, which is a flag without a value. */
  readonly placeholder: string
  /** Whether the flag can be given again, and values in one flag or variable are separated by commas. */
  readonly isList?: boolean
  /**
   * Reads what a flag or a variable says (a string, for a list several), or what a file holds (any JSON).
   *
   * @throws TypeError that says what was expected and what came
   */
  read(value: unknown): T
  /** Writes a value as one would in the configuration. */
  show(value: T): string
  /** The values that a file may hold. Zod is given, because loading it takes longer than reading a command line. */
  schema(z: typeof Zod): Zod.ZodType
}

/** A port; 0 is a free one. */
export const port: Kind<number> = {
  type: 'number',
  placeholder: 'n',
  read(value) {
    const number = Number(value)
    if (/^\d{1,5}$/.test(scalar(value)) && number <= 65_535) return number
    throw new TypeError(`Not a port from 0 to 65535: ${quoted(value)}`)
  },
  show: String,
  schema: (z) => z.union([z.int().min(0).max(65_535), z.string().regex(/^\d{1,5}$/)]),
}

/** A positive whole number; in a program, also `Infinity`. */
export const count: Kind<number> = {
  type: 'number',
  placeholder: 'n',
  read(value) {
    // a program's way to say that there is no limit
    if (value === Infinity) return value
    const number = Number(value)
    if (/^\d{1,15}$/.test(scalar(value)) && number > 0) return number
    throw new TypeError(`Not a positive whole number: ${quoted(value)}`)
  },
  show: String,
  schema: (z) => z.union([z.int().min(1), z.string().regex(/^\d{1,15}$/)]),
}

/** As many processes as there may be; more would be a mistyped number. */
const MAX_PROCESSES = 1_024

/** How many processes: a number, or `auto`. */
export const processes: Kind<number | 'auto'> = {
  type: "number | 'auto'",
  placeholder: 'n|auto',
  read(value) {
    if (value === 'auto') return value
    const number = Number(value)
    if (/^\d{1,4}$/.test(scalar(value)) && number > 0 && number <= MAX_PROCESSES) return number
    throw new TypeError(`Neither auto nor a whole number from 1 to ${MAX_PROCESSES}: ${quoted(value)}`)
  },
  show: String,
  schema: (z) => z.union([z.int().min(1).max(MAX_PROCESSES), z.literal('auto'), z.string().regex(/^\d{1,4}$/)]),
}

/** A size in bytes, from 1 to a maximum. */
export function size(max = Number.MAX_SAFE_INTEGER): Kind<number> {
  return {
    type: 'number',
    unit: 'bytes',
    placeholder: 'size',
    read(value) {
      const bytes = parseSize(scalar(value))
      if (bytes === undefined || bytes === 0) throw new TypeError(`Not a size such as 16MiB: ${quoted(value)}`)
      if (bytes > max) throw new TypeError(`More than ${showSize(max)}: ${quoted(value)}`)
      return bytes
    },
    show: showSize,
    schema: (z) => z.union([z.int().min(1).max(max), z.string().regex(new RegExp(SIZE_PATTERN))]),
  }
}

/** The longest delay that Node's timers take, in milliseconds: about 24 days. */
const MAX_TIMER_MS = 2_147_483_647

/** A duration in milliseconds, from a minimum to what a timer can wait. */
export function duration(min = 1): Kind<number> {
  return {
    type: 'number',
    unit: 'milliseconds',
    placeholder: 'time',
    read(value) {
      const ms = parseDuration(scalar(value))
      if (ms === undefined) throw new TypeError(`Not a duration such as 30s or 5m: ${quoted(value)}`)
      if (ms < min) throw new TypeError(`Less than ${showDuration(min)}: ${quoted(value)}`)
      if (ms > MAX_TIMER_MS) throw new TypeError(`More than the 24 days that a timer can wait: ${quoted(value)}`)
      return ms
    },
    show: showDuration,
    schema: (z) => z.union([z.int().min(min).max(MAX_TIMER_MS), z.string().regex(new RegExp(DURATION_PATTERN))]),
  }
}

const ON_OFF: Readonly<Record<string, boolean>> = { true: true, on: true, 1: true, false: false, off: false, 0: false }

/** Yes or no: as a flag `--name` and `--no-name`. */
export const onOff: Kind<boolean> = {
  type: 'boolean',
  placeholder: '',
  read(value) {
    const known = ON_OFF[scalar(value)]
    if (known !== undefined) return known
    throw new TypeError(`Neither true nor false: ${quoted(value)}`)
  },
  show: String,
  schema: (z) => z.union([z.boolean(), z.enum(Object.keys(ON_OFF))]),
}

/** One of a few words. */
export function choice<const T extends string>(placeholder: string, ...words: readonly T[]): Kind<T> {
  return {
    type: words.map((word) => `'${word}'`).join(' | '),
    placeholder,
    read(value) {
      const known = words.find((word) => word === value)
      if (known !== undefined) return known
      throw new TypeError(`Not one of ${words.join(', ')}: ${quoted(value)}`)
    },
    show: String,
    schema: (z) => z.enum(words),
  }
}

/** A host name or an address to listen on. */
export const host = ofText('address', /^[^\s/]+$/, (value) => `Not a host: ${quoted(value)}`)

/** A MongoDB connection string. Messages do not repeat it: it may hold a password. */
export const mongoUri = ofText(
  'uri',
  /^mongodb(?:\+srv)?:\/\/./,
  () => 'The MongoDB URI must start with mongodb:// or mongodb+srv://',
)

/** Any text that a program gives. */
export const text = ofText('text', /./s, (value) => `Not a text: ${quoted(value)}`)

/** A secret. Messages do not repeat it. */
export function secret({ pattern, expected }: SecretRule): Kind<string> {
  return ofText('secret', pattern, () => `The secret ${expected}`)
}

function ofText(placeholder: string, pattern: RegExp, refusal: (value: unknown) => string): Kind<string> {
  return {
    type: 'string',
    placeholder,
    read(value) {
      if (typeof value === 'string' && pattern.test(value)) return value
      throw new TypeError(refusal(value))
    },
    show: String,
    schema: (z) => z.string().regex(pattern),
  }
}

/** A namespace, as `db.coll` or `db`. */
export const namespace: Kind<string> = {
  type: 'string',
  placeholder: 'db.coll',
  read(value) {
    const text = scalar(value)
    try {
      parseNamespace(text)
      return text
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new TypeError(`Not a namespace such as db.coll: ${quoted(value)}: ${why}`)
    }
  },
  show: String,
  schema: (z) => z.string().min(1),
}

/** The name of a backbone: a token of NATS subjects, and the beginning of the names of streams. */
export const backboneName = ofText(
  'name',
  /^[A-Za-z0-9_-]{1,64}$/,
  (value) => `Not a name of letters, digits, - and _ (64 at most): ${quoted(value)}`,
)

/** On how many servers something is kept. */
export const replicas: Kind<number> = {
  type: 'number',
  placeholder: 'n',
  read(value) {
    if (/^[1-5]$/.test(scalar(value))) return Number(value)
    throw new TypeError(`Not a number from 1 to 5: ${quoted(value)}`)
  },
  show: String,
  schema: (z) => z.union([z.int().min(1).max(5), z.string().regex(/^[1-5]$/)]),
}

/** What is written, as text; empty for what is no single value. */
export function scalar(value: unknown): string {
  return typeof value === 'object' || value === undefined ? '' : String(value)
}

/** A value as a message repeats it. */
export function quoted(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
