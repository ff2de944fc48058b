import {
  MAX_KEY,
  MIN_KEY,
  toBinary,
  toDate,
  toDecimal,
  toDouble,
  toHexBinary,
  toInt,
  toIsoDate,
  toInteger,
  toLong,
  toObjectId,
  toTimestamp,
  toUuid,
} from './scalars.ts'
import type { Scalar, Value } from './value.ts'

/** A function of the shell that makes a value. */
interface Constructor {
  /** What it takes, for messages: an example, and words. */
  readonly expects: string
  /** How many arguments it takes. */
  readonly counts: readonly number[]
  /** The value; `undefined` where the arguments are not what it expects. */
  make(first: Value | undefined, second: Value | undefined): Scalar | undefined
}

function scalarOf(value: Value | undefined): Scalar | undefined {
  return value?.kind === 'scalar' ? value.scalar : undefined
}

/** The text of a string; `undefined` for anything else. */
export function textOf(value: Value | undefined): string | undefined {
  const scalar = scalarOf(value)
  return scalar?.type === 'string' ? scalar.content : undefined
}

/** The digits of a number without a type or in quotes; `undefined` for anything else. */
export function digitsOf(value: Value | undefined): string | undefined {
  const scalar = scalarOf(value)
  return scalar === undefined || ['date', 'other'].includes(scalar.type) ? undefined : scalar.content
}

function fromText(expects: string, read: (text: string) => Scalar | undefined): Constructor {
  return {
    expects,
    counts: [1],
    make(value) {
      const text = textOf(value)
      return text === undefined ? undefined : read(text)
    },
  }
}

function fromDigits(expects: string, read: (text: string) => Scalar | undefined): Constructor {
  return {
    expects,
    counts: [1],
    make(value) {
      const digits = digitsOf(value)
      return digits === undefined ? undefined : read(digits)
    },
  }
}

function fromBytes(expects: string, read: (text: string, subtype: number) => Scalar | undefined, isTextFirst = false) {
  return {
    expects,
    counts: [2],
    make(first: Value | undefined, second: Value | undefined) {
      const [text, subtype] = isTextFirst ? [first, second] : [second, first]
      const [content, digits] = [textOf(text), digitsOf(subtype)]
      return content === undefined || digits === undefined ? undefined : read(content, Number(digits))
    },
  }
}

function always(expects: string, scalar: Scalar): Constructor {
  return { expects, counts: [0], make: () => scalar }
}

const INT = fromDigits('NumberInt("7"), an integer of 32 bits', toInt)
const LONG = fromDigits('NumberLong("7"), an integer of 64 bits', toLong)
const DECIMAL = fromDigits('NumberDecimal("7.10"), a number of up to 34 digits', toDecimal)

const DATE: Constructor = {
  expects: 'new Date("2026-01-31T12:00:00Z") with a time zone, or milliseconds since 1970',
  counts: [1],
  make(value) {
    const text = textOf(value)
    if (text !== undefined) return toIsoDate(text)
    const ms = toInteger(digitsOf(value) ?? '', 64)
    return ms === undefined ? undefined : toDate(ms)
  },
}

const TIMESTAMP: Constructor = {
  expects: 'Timestamp(1769860800, 1), or Timestamp({t: 1769860800, i: 1}), of two integers of 32 bits',
  counts: [1, 2],
  make(first, second) {
    const part = (name: string) =>
      first?.kind === 'document' && first.fields.length === 2
        ? first.fields.find((field) => field.name === name)?.value
        : undefined
    const [t, i] = second ? [first, second] : [part('t'), part('i')]
    return toTimestamp(digitsOf(t) ?? '', digitsOf(i) ?? '')
  },
}

/** The functions that make values, by their names: those of the shell, and those that it shows values with. */
export const CONSTRUCTORS: ReadonlyMap<string, Constructor> = new Map([
  ['ObjectId', fromText('ObjectId("65f0c1d2e3f4a5b6c7d8e9f0") with 24 hexadecimal digits', toObjectId)],
  ['ISODate', fromText('ISODate("2026-01-31T12:00:00Z")', (text) => toIsoDate(text, 'Z'))],
  ['Date', DATE],
  ['NumberInt', INT],
  ['Int32', INT],
  ['NumberLong', LONG],
  ['Long', LONG],
  ['Double', fromDigits('Double("7.5"), a number that a double can hold', toDouble)],
  ['NumberDecimal', DECIMAL],
  ['Decimal128', DECIMAL],
  ['UUID', fromText('UUID("00112233-4455-6677-8899-aabbccddeeff")', toUuid)],
  ['BinData', fromBytes('BinData(0, "AQID") with a subtype and base64', toBinary)],
  ['HexData', fromBytes('HexData(0, "010203") with a subtype and hexadecimal digits', toHexBinary)],
  ['Binary.createFromBase64', fromBytes('Binary.createFromBase64("AQID", 0)', toBinary, true)],
  ['Timestamp', TIMESTAMP],
  ['MinKey', always('MinKey()', MIN_KEY)],
  ['MaxKey', always('MaxKey()', MAX_KEY)],
])
