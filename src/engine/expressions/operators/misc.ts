import { Binary, Int32, isDocument, Long, Timestamp, typeName, type BsonValue } from '../../../bson/values.ts'
import { encodeDocument } from '../../../bson/codec/encode.ts'
import { countText } from '../../../bson/work-budget.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { unary } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

function timestampPart(code: number, read: (value: Timestamp) => number): OperatorCompiler {
  return unary((value, name) => {
    if (isNullish(value)) return null
    if (value instanceof Timestamp) return Long.fromNumber(read(value))
    throw new CommandError(code, ` Argument to ${name} must be a timestamp, but is ${typeNameOf(value)}`)
  })
}

function sizeOf(value: BsonValue | undefined): BsonValue {
  if (isNullish(value)) return null
  if (isDocument(value)) {
    const bytes = encodeDocument(value)
    countText(bytes)
    return new Int32(bytes.length)
  }
  throw new CommandError(31393, `$bsonSize requires a document input, found: ${typeNameOf(value)}`)
}

function binarySize(value: BsonValue | undefined): BsonValue {
  if (isNullish(value)) return null
  if (typeof value === 'string') return new Int32(Buffer.byteLength(value))
  if (value instanceof Binary) return new Int32(value.position)
  throw new CommandError(51276, `$binarySize requires a string or BinData argument, found: ${typeName(value)}`)
}

/** Operators of no family. */
export const MISC_OPERATORS: OperatorTable = {
  $tsSecond: timestampPart(5687301, ({ t }) => t),
  $tsIncrement: timestampPart(5687302, ({ i }) => i),
  $bsonSize: unary(sizeOf),
  $binarySize: unary(binarySize),
}
