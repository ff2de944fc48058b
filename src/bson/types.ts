/**
 * Element types of BSON.
 * @see https://bsonspec.org/spec.html
 */
export const BSON_TYPE = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  boolean: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  dbPointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  timestamp: 0x11,
  int64: 0x12,
  decimal128: 0x13,
  minKey: 0xff,
  maxKey: 0x7f,
} as const

/** How deep documents and arrays may be nested, as on a real server. */
export const MAX_DEPTH = 200
/** How deep a stored document may be nested: room is left for what a reply or a change event puts around it. */
export const MAX_STORED_DEPTH = 180
/** The largest document that a client may store, in bytes. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
/** What a reply or an internal document may take beyond {@link MAX_DOCUMENT_BYTES}. */
export const INTERNAL_ALLOWANCE_BYTES = 16 * 1024

/**
 * The types' names by the numbers that `$type` and `$convert` take, which are those of BSON except for MinKey.
 * @see https://www.mongodb.com/docs/manual/reference/bson-types/
 */
export const TYPE_NAMES_BY_NUMBER: ReadonlyMap<number, string> = new Map([
  [1, 'double'],
  [2, 'string'],
  [3, 'object'],
  [4, 'array'],
  [5, 'binData'],
  [6, 'undefined'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [10, 'null'],
  [11, 'regex'],
  [12, 'dbPointer'],
  [13, 'javascript'],
  [14, 'symbol'],
  [15, 'javascriptWithScope'],
  [16, 'int'],
  [17, 'timestamp'],
  [18, 'long'],
  [19, 'decimal'],
  [-1, 'minKey'],
  [127, 'maxKey'],
])
