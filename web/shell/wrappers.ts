import { digitsOf, textOf } from './constructors.ts'
import {
  MAX_KEY,
  MIN_KEY,
  toBinary,
  toDate,
  toDecimal,
  toDouble,
  toInt,
  toInteger,
  toIsoDate,
  toLong,
  toObjectId,
  toOther,
  toTimestamp,
  toUuid,
} from './scalars.ts'
import type { Span } from './mistake.ts'
import type { Field, Scalar, Value } from './value.ts'
import { toJson } from './write.ts'

/** What Extended JSON writes as a document with one field of a name of its own. */
interface Wrapper {
  readonly expects: string
  /** The value; `undefined` where the field does not hold what it must. */
  read(value: Value): Scalar | undefined
}

/** The old generic subtype where the bytes do not begin with their length, as the relay writes it. */
const HEADLESS = '2'

function ofText(expects: string, read: (text: string) => Scalar | undefined): Wrapper {
  return {
    expects,
    read(value) {
      const text = textOf(value)
      return text === undefined ? undefined : read(text)
    },
  }
}

/** The values of a document that has these fields and no others, in the order of `names`. */
function partsOf(value: Value, names: readonly string[]): readonly Value[] | undefined {
  if (value.kind !== 'document' || value.fields.length !== names.length) return undefined
  const parts = names.map((name) => value.fields.find((field) => field.name === name)?.value)
  return parts.every((part) => part !== undefined) ? parts : undefined
}

function readDate(value: Value): Scalar | undefined {
  const text = textOf(value)
  if (text !== undefined) return toIsoDate(text)
  const type = value.kind === 'scalar' ? value.scalar.type : undefined
  const ms = type === 'int' || type === 'long' ? toInteger(digitsOf(value) ?? '', 64) : undefined
  return ms === undefined ? undefined : toDate(ms)
}

function readBinary(value: Value): Scalar | undefined {
  const [base64, subType] = (partsOf(value, ['base64', 'subType']) ?? []).map(textOf)
  if (base64 === undefined || subType === undefined || !/^[0-9a-f]{1,2}$/i.test(subType)) return undefined
  const scalar = toBinary(base64, parseInt(subType, 16))
  return scalar && subType === HEADLESS ? toOther(wrapped('$binary', value)) : scalar
}

function readTimestamp(value: Value): Scalar | undefined {
  const [t, i] = partsOf(value, ['t', 'i']) ?? []
  return [t, i].some((part) => textOf(part) !== undefined)
    ? undefined
    : toTimestamp(digitsOf(t) ?? '', digitsOf(i) ?? '')
}

function readRegularExpression(value: Value): Scalar | undefined {
  const [pattern, options] = (partsOf(value, ['pattern', 'options']) ?? []).map(textOf)
  const isOne = pattern !== undefined && !pattern.includes('\0') && /^[imxlsu]*$/.test(options ?? '-')
  return isOne ? toOther(wrapped('$regularExpression', value)) : undefined
}

function readDbPointer(value: Value): Scalar | undefined {
  const [ref, id] = partsOf(value, ['$ref', '$id']) ?? []
  const isOne = textOf(ref) !== undefined && id?.kind === 'scalar' && id.scalar.json.startsWith('{"$oid"')
  return isOne ? toOther(wrapped('$dbPointer', value)) : undefined
}

function readKey(scalar: Scalar): Wrapper {
  return {
    expects: '1',
    read: (value) => (Number(digitsOf(value)) === 1 && textOf(value) === undefined ? scalar : undefined),
  }
}

function wrapped(name: string, value: Value): string {
  return `{"${name}":${toJson(value)}}`
}

const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map([
  ['$oid', ofText('24 hexadecimal digits in quotes', toObjectId)],
  ['$numberInt', ofText('an integer of 32 bits in quotes', toInt)],
  ['$numberLong', ofText('an integer of 64 bits in quotes', toLong)],
  ['$numberDouble', ofText('a double in quotes, "NaN", "Infinity" or "-Infinity"', toDouble)],
  ['$numberDecimal', ofText('a number of up to 34 digits in quotes', toDecimal)],
  ['$date', { expects: 'a date such as "2026-01-31T12:00:00Z" or {"$numberLong": "1769860800000"}', read: readDate }],
  ['$binary', { expects: '{"base64": "AQID", "subType": "00"}', read: readBinary }],
  ['$uuid', ofText('a UUID such as "00112233-4455-6677-8899-aabbccddeeff"', toUuid)],
  ['$timestamp', { expects: '{"t": 1769860800, "i": 1} with two integers of 32 bits', read: readTimestamp }],
  ['$regularExpression', { expects: '{"pattern": "^a", "options": "i"}', read: readRegularExpression }],
  ['$symbol', ofText('a string', (text) => toOther(`{"$symbol":${JSON.stringify(text)}}`))],
  ['$code', ofText('a string', (text) => toOther(`{"$code":${JSON.stringify(text)}}`))],
  ['$dbPointer', { expects: '{"$ref": "…", "$id": {"$oid": "…"}}', read: readDbPointer }],
  ['$undefined', { expects: '{$exists: false}, which finds fields that are missing', read: () => undefined }],
  ['$minKey', readKey(MIN_KEY)],
  ['$maxKey', readKey(MAX_KEY)],
])

/** What a document of Extended JSON stands for, or what is wrong with it and where. */
export type Unwrapped = { readonly scalar: Scalar } | { readonly expects: string; readonly at: Span }

/** What a document stands for in Extended JSON; `undefined` where it is just a document. */
export function unwrap(fields: readonly Field[]): Unwrapped | undefined {
  const field = fields.find(({ name }) => WRAPPERS.has(name))
  const wrapper = field && WRAPPERS.get(field.name)
  if (!wrapper) return undefined
  const scope = fields.find(({ name }) => name === '$scope')?.value
  const isWithScope = field.name === '$code' && scope?.kind === 'document' && fields.length === 2
  const other = fields.find((one) => one !== field)
  if (other && !isWithScope) return { expects: `no other name beside ${field.name}`, at: other.nameSpan }
  const scalar = wrapper.read(field.value)
  if (!scalar) return { expects: wrapper.expects, at: field.value.span }
  return { scalar: isWithScope ? toOther(`${scalar.json.slice(0, -1)},"$scope":${toJson(scope)}}`) : scalar }
}
