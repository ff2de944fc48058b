import { Binary, Int32, isDocument, Long, Timestamp, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { encodeDocument } from '../../../bson/codec/encode.ts'
import { countText } from '../../../bson/work-budget.ts'
import { unaryOf } from '../arguments.ts'
import type { OperatorTable } from '../types.ts'

const isTimestamp = (value: BsonValue): value is Timestamp => value instanceof Timestamp
const hasBytes = (value: BsonValue): value is string | Binary => typeof value === 'string' || value instanceof Binary

function sizeOf(document: BsonDocument): BsonValue {
  const bytes = encodeDocument(document)
  countText(bytes)
  return new Int32(bytes.length)
}

/** Operators of no family. */
export const MISC_OPERATORS: OperatorTable = {
  $tsSecond: unaryOf(isTimestamp, 'timestamps', 5687301, ({ t }) => Long.fromNumber(t)),
  $tsIncrement: unaryOf(isTimestamp, 'timestamps', 5687302, ({ i }) => Long.fromNumber(i)),
  $bsonSize: unaryOf(isDocument, 'documents', 31393, sizeOf),
  $binarySize: unaryOf(hasBytes, 'strings and binary data', 51276, (value) => {
    return new Int32(typeof value === 'string' ? Buffer.byteLength(value) : value.position)
  }),
}
