import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long } from 'bson'
import { MaxKey, MinKey, ObjectId, serialize, Timestamp } from 'bson'
import fc from 'fast-check'

// `bson` does not write a field of the name `_bsontype`, but servers hold one
const TYPE_STAND_IN = '_bsontypX'

// few, so that filters and documents meet; hostile ones, and such as JavaScript puts in another order, among them
const name = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('a', 'b', 'ä', '__proto__', '0', '10', '', 'a.b', '$oid', TYPE_STAND_IN, '"\\'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }).map((text) => text.replaceAll('\0', '')) },
)

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 80 }),
  fc.constantFrom('\0', '\u2028', '"\\\b\f\n\r\t\u001f\u007f', '\u{1F600}'),
)
const bytes = fc.uint8Array({ maxLength: 12 })
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value))
const date = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.constantFrom(0, -1, 120, 253_402_300_799_999, 253_402_300_800_000).map((ms) => new Date(ms)),
)
const uint32 = fc.nat(0xffff_ffff)
const timestamp = fc.tuple(uint32, uint32).map(([t, i]) => new Timestamp({ t, i }))

const scalar: fc.Arbitrary<unknown> = fc.oneof(
  text,
  text,
  fc.boolean(),
  fc.constant(null),
  fc.double().map((value) => new Double(value)),
  fc.constantFrom(-0, 1e21, 1e-7, 3, 2 ** 53).map((value) => new Double(value)),
  fc.integer().map((value) => new Int32(value)),
  long,
  fc.integer().map((value) => Long.fromNumber(value)),
  fc.constantFrom('1.10', '-0E+3', 'NaN', '-Infinity', '1E-6176').map((value) => Decimal128.fromString(value)),
  date,
  bytes.map((value) => new Binary(value, 0)),
  bytes.map((value) => new Binary(value, 2)),
  fc.constant(new Binary(Buffer.alloc(16, 7), 4)),
  fc.constant(new ObjectId('65a000000000000000000001')),
  timestamp,
  fc.constantFrom(new BSONRegExp('^a/"', 'ix'), new BSONSymbol('"s'), new MinKey(), new MaxKey(), new Code('f("")')),
  fc.constant(new Code('f()', { x: new Int32(1), '1': 'y' })),
)

const { document } = fc.letrec<{ document: Record<string, unknown>; value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('document'),
  ),
  // entries keep their order, and `__proto__` as a key
  document: fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
}))

/** The bytes of documents with values of every BSON type that `bson` writes, hostile names and texts among them. */
export const anyBson = document.map((value) =>
  Buffer.from(Buffer.from(serialize(value)).toString('latin1').replaceAll(TYPE_STAND_IN, '_bsontype'), 'latin1'),
)
