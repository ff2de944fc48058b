import { isDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileNamed } from '../arguments.ts'
import { readZone } from '../dates/arguments.ts'
import { formatDate } from '../dates/format.ts'
import { coerceToDate } from '../dates/instant.ts'
import { parseDate } from '../dates/parse.ts'
import { UTC } from '../dates/timezone.ts'
import { describe, typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

const ISO_FORMAT = '%Y-%m-%dT%H:%M:%S.%L'

const compileToString: OperatorCompiler = (argument, context, name) => {
  const parts = compileNamed(argument, context, {
    notObject: [18629, '$dateToString only supports an object as its argument'],
    unknown: [18534, 'Unrecognized argument to $dateToString: '],
    fields: {
      date: [18628, "Missing 'date' parameter to $dateToString"],
      format: 'optional',
      timezone: 'optional',
      onNull: 'optional',
    },
  })
  const has = (field: string): boolean => isDocument(argument) && argument.has(field)
  const [hasZone, hasFormat, hasOnNull] = [has('timezone'), has('format'), has('onNull')]
  return (scope) => {
    const zone = readZone(parts.timezone(scope), hasZone, name, 40517)
    const format = parts.format(scope)
    if (hasFormat && !isNullish(format) && typeof format !== 'string') {
      throw new CommandError(
        18533,
        `$dateToString requires that 'format' be a string, found: ${typeNameOf(format)} with value ${describe(format)}`,
      )
    }
    const date = parts.date(scope)
    if (isNullish(date)) return hasOnNull ? parts.onNull(scope) : null
    if (zone === null || (hasFormat && isNullish(format))) return null
    // only UTC is written with its letter
    const chosen = typeof format === 'string' ? format : zone === UTC ? `${ISO_FORMAT}Z` : ISO_FORMAT
    return formatDate(coerceToDate(date).getTime(), chosen, zone)
  }
}

const compileFromString: OperatorCompiler = (argument, context, name) => {
  const parts = compileNamed(argument, context, {
    notObject: [40540, `$dateFromString only supports an object as an argument, found: ${typeNameOf(argument)}`],
    unknown: [40541, 'Unrecognized argument to $dateFromString: '],
    fields: {
      dateString: [40542, "Missing 'dateString' parameter to $dateFromString"],
      format: 'optional',
      timezone: 'optional',
      onNull: 'optional',
      onError: 'optional',
    },
  })
  const has = (field: string): boolean => isDocument(argument) && argument.has(field)
  const [hasZone, hasFormat, hasOnNull, hasOnError] = [has('timezone'), has('format'), has('onNull'), has('onError')]
  return (scope) => {
    const zone = readZone(parts.timezone(scope), hasZone, name, 40517)
    const format = parts.format(scope)
    if (hasFormat && !isNullish(format) && typeof format !== 'string') {
      throw new CommandError(
        40684,
        `$dateFromString requires that 'format' be a string, found: ${typeNameOf(format)} with value ${describe(format)}`,
      )
    }
    const text = parts.dateString(scope)
    if (isNullish(text)) return hasOnNull ? parts.onNull(scope) : null
    try {
      if (typeof text !== 'string') {
        throw new CommandError(
          'ConversionFailure',
          `$dateFromString requires that 'dateString' be a string, found: ${typeNameOf(text)} with value ${describe(text)}`,
        )
      }
      if (zone === null || (hasFormat && isNullish(format))) return null
      return parseDate(text, typeof format === 'string' ? format : undefined, hasZone ? zone : undefined)
    } catch (error) {
      if (hasOnError && error instanceof CommandError && error.codeName === 'ConversionFailure') {
        return parts.onError(scope)
      }
      throw error
    }
  }
}

/** Dates from text and to text. */
export const DATE_TEXT_OPERATORS: OperatorTable = {
  $dateToString: compileToString,
  $dateFromString: compileFromString,
}
