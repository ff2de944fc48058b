import { TYPE_NAMES_BY_NUMBER } from '../../../bson/types.ts'
import { Int32, isDocument, isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { named, unary, type Maybe } from '../arguments.ts'
import { ConversionError, unsupported } from '../conversion/errors.ts'
import { toDecimal, toDouble, toInt, toLong } from '../conversion/to-number.ts'
import { toBool, toDate, toObjectId, toText } from '../conversion/to-other.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeInt } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

type Conversion = (value: BsonValue) => BsonValue

const CONVERSIONS: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  ['double', toDouble],
  ['string', toText],
  ['objectId', toObjectId],
  ['bool', toBool],
  ['date', toDate],
  ['int', toInt],
  ['long', toLong],
  ['decimal', toDecimal],
])

const KNOWN_NAMES = new Set(TYPE_NAMES_BY_NUMBER.values())

const convertNamed = named(
  {
    notObject: 'FailedToParse',
    unknown: 'FailedToParse',
    fields: {
      input: 'FailedToParse',
      to: 'FailedToParse',
      format: 'optional',
      onError: 'optional',
      onNull: 'optional',
    },
  },
  (get, has) => {
    const value = get('input')
    const target = readTarget(get('to'))
    if (isNullish(value)) return has('onNull') ? get('onNull') : null
    if (target === null) return null
    try {
      return convert(value, target)
    } catch (error) {
      if (has('onError') && error instanceof ConversionError) return get('onError')
      throw error
    }
  },
)

function readTarget(given: Maybe): string | null {
  // the extended form {type, subtype}
  const to = isDocument(given) ? given.get('type') : given
  if (isNullish(to)) return null
  if (typeof to === 'string') {
    if (KNOWN_NAMES.has(to)) return to
    throw new CommandError('BadValue', `Unknown type name: ${to}`)
  }
  if (!isNumber(to)) {
    const text = `$convert's 'to' argument must be a string or number, but is ${typeNameOf(to)}`
    throw new CommandError('FailedToParse', text)
  }
  const number = wholeInt(to)
  if (number === undefined) {
    throw new CommandError('FailedToParse', `In $convert, numeric 'to' argument is not an integer`)
  }
  const name = TYPE_NAMES_BY_NUMBER.get(number)
  if (name !== undefined) return name
  throw new CommandError(
    'FailedToParse',
    `In $convert, numeric value for 'to' does not correspond to a BSON type: ${describe(new Int32(number))}`,
  )
}

function convert(value: BsonValue, target: string): BsonValue {
  const conversion = CONVERSIONS.get(target)
  if (conversion) return conversion(value)
  throw unsupported(typeNameOf(value), target)
}

function converting(conversion: Conversion): OperatorCompiler {
  return unary((value) => (isNullish(value) ? null : conversion(value)))
}

/** Types and conversions between them. */
export const TYPE_OPERATORS: OperatorTable = {
  $type: unary((value) => typeNameOf(value)),
  $isNumber: unary((value) => isNumber(value)),
  $convert: convertNamed,
  $toBool: converting(toBool),
  $toDate: converting(toDate),
  $toDecimal: converting(toDecimal),
  $toDouble: converting(toDouble),
  $toInt: converting(toInt),
  $toLong: converting(toLong),
  $toObjectId: converting(toObjectId),
  $toString: converting(toText),
}
