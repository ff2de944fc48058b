import type { EjsonFormat } from '../../bson/ejson/to-ejson-text.ts'

/** Any document. */
export const ANY_DOCUMENT = '{ [name: string]: unknown }'

const NUMBERS = ['int', 'long', 'double', 'decimal']

/** The types of BSON values as Extended JSON, by the names that `bsonType` has for them: relaxed, then canonical. */
const SCALARS: Readonly<Record<string, readonly [relaxed: string, canonical?: string]>> = {
  // what a JSON number would not hold exactly is an object in either form
  double: ['number | { $numberDouble: string }', '{ $numberDouble: string }'],
  string: ['string'],
  object: [ANY_DOCUMENT],
  array: ['unknown[]'],
  binData: ['{ $binary: { base64: string; subType: string } }'],
  undefined: ['{ $undefined: true }'],
  objectId: ['{ $oid: string }'],
  bool: ['boolean'],
  date: ['{ $date: string | { $numberLong: string } }', '{ $date: { $numberLong: string } }'],
  null: ['null'],
  regex: ['{ $regularExpression: { pattern: string; options: string } }'],
  dbPointer: ['{ $dbPointer: { $ref: string; $id: { $oid: string } } }'],
  javascript: ['{ $code: string }'],
  symbol: ['{ $symbol: string }'],
  javascriptWithScope: [`{ $code: string; $scope: ${ANY_DOCUMENT} }`],
  int: ['number', '{ $numberInt: string }'],
  timestamp: ['{ $timestamp: { t: number; i: number } }'],
  long: ['number | { $numberLong: string }', '{ $numberLong: string }'],
  decimal: ['{ $numberDecimal: string }'],
  minKey: ['{ $minKey: 1 }'],
  maxKey: ['{ $maxKey: 1 }'],
}

/** The names that `type` has for those of `bsonType`. */
const JSON_TYPES: Readonly<Record<string, string>> = { boolean: 'bool' }

/** The alternatives of a type that `bsonType` or `type` names; `unknown` for a name that is none. */
export function scalarTypes(name: string, format: EjsonFormat): readonly string[] {
  if (name === 'number') return NUMBERS.flatMap((one) => scalarTypes(one, format))
  const bsonType = Object.hasOwn(JSON_TYPES, name) ? JSON_TYPES[name] : name
  const [relaxed, canonical = relaxed] =
    bsonType !== undefined && Object.hasOwn(SCALARS, bsonType) ? (SCALARS[bsonType] ?? ['unknown']) : ['unknown']
  const type = format === 'RELAXED' ? relaxed : canonical
  // only those of numbers have alternatives at their top
  return type.startsWith('number | ') ? type.split(' | ') : [type]
}
