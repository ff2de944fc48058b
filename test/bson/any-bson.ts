import fc from 'fast-check'
import { encodeDocument } from '../../src/bson/codec/encode.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UNDEFINED,
  WideDate,
  type BsonDocument,
  type BsonValue,
} from '../../src/bson/values.ts'
import { Random } from '../fuzz/engine/random.ts'
import { document as fuzzed } from '../fuzz/engine/values.ts'

// few, so that filters and documents meet; hostile ones, and such as JavaScript puts in another order, among them
const NAMES = ['a', 'b', 'ä', '__proto__', '0', '10', '1', '', 'a.b', '$a', '$ref', '$id', '_bsontype', 'toJSON', '"\\']

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }).map((text) => text.replaceAll('\0', '')) },
)

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 80 }),
  fc.constantFrom('\0', '\u2028', '"\\\b\f\n\r\t\u001f\u007f', '\u{1F600}'),
)
const bytes = fc.uint8Array({ maxLength: 12 }).map((value) => Buffer.from(value))
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
)
const date = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.constantFrom(0, -1, 120, 253_402_300_799_999, 253_402_300_800_000, 8.64e15).map((ms) => new Date(ms)),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 8_640_000_000_000_001n).map((ms) => new WideDate(ms)),
)
const uint32 = fc.nat(0xffff_ffff)
const timestamp = fc.tuple(uint32, uint32).map(([t, i]) => new Timestamp({ t, i }))
const objectId = fc.uint8Array({ minLength: 12, maxLength: 12 }).map((value) => new ObjectId(value))

/** Of the old generic subtype, which repeats the length within. */
function oldBinary(value: Buffer): Binary {
  const head = Buffer.alloc(4)
  head.writeInt32LE(value.length)
  return new Binary(Buffer.concat([head, value]), 2)
}

const scalar: fc.Arbitrary<BsonValue> = fc.oneof(
  text,
  text,
  fc.boolean(),
  fc.constant(null),
  fc.double().map((value) => new Double(value)),
  fc.constantFrom(-0, 1e21, 1e20, 1e-7, 3, 2 ** 53, 2 ** 60, 2 ** 63, 5e-324).map((value) => new Double(value)),
  fc.integer().map((value) => new Int32(value)),
  int64.map((value) => Long.fromBigInt(value)),
  fc.integer().map((value) => Long.fromNumber(value)),
  fc.constantFrom('1.10', '-0E+3', 'NaN', '-Infinity', '1E-6176').map((value) => Decimal128.fromString(value)),
  date,
  fc
    .tuple(
      bytes,
      fc.integer({ min: 0, max: 255 }).filter((type) => type !== 2),
    )
    .map(([data, type]) => new Binary(data, type)),
  bytes.map(oldBinary),
  objectId,
  timestamp,
  fc.constantFrom<BsonValue>(new BSONRegExp('^a/"', 'ix'), new MinKey(), new MaxKey(), UNDEFINED),
  text.map((value) => new BSONSymbol(value)),
  text.map((value) => new Code(value)),
  fc.tuple(text, objectId).map(([namespace, id]) => new DbPointer(namespace, id)),
)

const tied = fc.letrec<{ document: BsonDocument; value: BsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('document'),
    fc.tuple(text, tie('document')).map(([code, scope]) => new CodeWithScope(code, scope)),
  ),
  document: fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((entries) => new Map(entries)),
}))

/** Documents with values of every BSON type, hostile names and texts among them. */
export const anyDocument: fc.Arbitrary<BsonDocument> = fc.oneof(
  { weight: 4, arbitrary: tied.document },
  { weight: 1, arbitrary: fc.integer().map((seed) => fuzzed(new Random(seed), 3)) },
)

/** The bytes of {@link anyDocument}. */
export const anyBson = anyDocument.map((value) => encodeDocument(value))
