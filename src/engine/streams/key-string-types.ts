/**
 * The type bytes of KeyString, the server's encoding of values that orders as bytes.
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/db/storage/key_string/key_string.h
 */
export const KEY_TYPE = {
  end: 4,
  minKey: 10,
  undefined: 15,
  null: 20,
  numeric: 30,
  nan: 30,
  negativeLarge: 31,
  negative1Byte: 39,
  negativeSmall: 40,
  zero: 41,
  positiveSmall: 42,
  positive1Byte: 43,
  positive8Byte: 50,
  positiveLarge: 51,
  string: 60,
  object: 70,
  array: 80,
  binary: 90,
  objectId: 100,
  false: 110,
  true: 111,
  date: 120,
  timestamp: 130,
  regex: 140,
  dbPointer: 150,
  code: 160,
  codeWithScope: 170,
  maxKey: 240,
} as const
