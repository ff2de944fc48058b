import { CommandError } from '../../../bson/command-error.ts'

/** Raised by conversions; `$convert` turns it into `onError`. */
export class ConversionError extends CommandError {
  constructor(message: string) {
    super('ConversionFailure', message)
  }
}

/** What follows a message about the value itself. */
const NO_ON_ERROR = 'in $convert with no onError value'

/** No conversion is defined between two types. */
export function unsupported(from: string, to: string): ConversionError {
  return new ConversionError(`Unsupported conversion from ${from} to ${to} ${NO_ON_ERROR}`)
}

/** A number is too large for the type. */
export function overflow(value: string): ConversionError {
  return new ConversionError(`Conversion would overflow target type ${NO_ON_ERROR}: ${value}`)
}

/** A string is not what it should be. */
export function unparsable(what: string, text: string, why: string): ConversionError {
  return new ConversionError(`Failed to parse ${what} '${text}' ${NO_ON_ERROR}: ${why}`)
}

/** A number that is no integer at all. */
export function notFinite(kind: 'NaN' | 'infinity'): ConversionError {
  return new ConversionError(`Attempt to convert ${kind} value to integer type ${NO_ON_ERROR}`)
}
