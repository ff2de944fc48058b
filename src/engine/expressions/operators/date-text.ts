import { CommandError } from '../../../bson/command-error.ts'
import { named, type Get, type Maybe } from '../arguments.ts'
import { readZone } from '../dates/arguments.ts'
import { formatDate } from '../dates/format.ts'
import { coerceToDate } from '../dates/instant.ts'
import { parseDate } from '../dates/parse.ts'
import { UTC } from '../dates/timezone.ts'
import { describe, typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorTable } from '../types.ts'

const ISO_FORMAT = '%Y-%m-%dT%H:%M:%S.%L'
const OPTIONS = { format: 'optional', timezone: 'optional', onNull: 'optional' } as const

function notText(name: string, field: string, value: Maybe, code: 'ConversionFailure' | number): CommandError {
  const text = `${name} requires that '${field}' be a string, found: ${typeNameOf(value)} with value ${describe(value)}`
  return new CommandError(code, text)
}

/** The `format` argument; null for null or missing. */
function readFormat(get: Get<'format'>, name: string, code: number): string | null {
  const format = get('format')
  if (isNullish(format)) return null
  if (typeof format === 'string') return format
  throw notText(name, 'format', format, code)
}

const toText = named({ notObject: 18629, unknown: 18534, fields: { date: 18628, ...OPTIONS } }, (get, has, name) => {
  const zone = readZone(get, has, name, 40517)
  const format = readFormat(get, name, 18533)
  const date = get('date')
  if (isNullish(date)) return has('onNull') ? get('onNull') : null
  if (zone === null || (has('format') && format === null)) return null
  // only UTC is written with its letter
  const chosen = format ?? (zone === UTC ? `${ISO_FORMAT}Z` : ISO_FORMAT)
  return formatDate(coerceToDate(date).getTime(), chosen, zone)
})

const fromText = named(
  { notObject: 40540, unknown: 40541, fields: { dateString: 40542, ...OPTIONS, onError: 'optional' } },
  (get, has, name) => {
    const zone = readZone(get, has, name, 40517)
    const format = readFormat(get, name, 40684)
    const text = get('dateString')
    if (isNullish(text)) return has('onNull') ? get('onNull') : null
    try {
      if (typeof text !== 'string') throw notText(name, 'dateString', text, 'ConversionFailure')
      if (zone === null || (has('format') && format === null)) return null
      return parseDate(text, format ?? undefined, has('timezone') ? zone : undefined)
    } catch (error) {
      if (has('onError') && error instanceof CommandError && error.codeName === 'ConversionFailure') {
        return get('onError')
      }
      throw error
    }
  },
)

/** Dates from text and to text. */
export const DATE_TEXT_OPERATORS: OperatorTable = { $dateToString: toText, $dateFromString: fromText }
