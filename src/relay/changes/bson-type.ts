/** The names of `bson`'s classes. */
export type BsonClass =
  | 'Binary'
  | 'BSONRegExp'
  | 'BSONSymbol'
  | 'Code'
  | 'DBRef'
  | 'Decimal128'
  | 'Double'
  | 'Int32'
  | 'Long'
  | 'MaxKey'
  | 'MinKey'
  | 'ObjectId'
  | 'Timestamp'

/**
 * Which of `bson`'s classes a value belongs to; `undefined` for anything else. Not by `instanceof`: the driver has its
 * own copy of the classes, and a value of one copy is no instance of the other's class.
 */
export function bsonClassOf(value: unknown): BsonClass | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  // the tag is on the prototype; a user's field of that name is an own property
  if (Object.hasOwn(value, '_bsontype')) return undefined
  return (value as { readonly _bsontype?: BsonClass })._bsontype
}
