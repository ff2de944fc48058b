import { typeRank } from './compare.ts'
import { numberKey } from './numbers/numbers.ts'
import { countText, countWork } from './work-budget.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  isDocument,
  isNumber,
  ObjectId,
  Timestamp,
  WideDate,
  type BsonValue,
} from './values.ts'

/**
 * A string that two values share exactly when they are equal in BSON's order (`1`, `1.0` and `Long(1)` do), for use as
 * a key in a `Map`. Says nothing about order.
 */
export function toKey(value: BsonValue): string {
  countWork()
  if (typeof value === 'string') return textKey('s', value)
  if (isNumber(value)) return `n${numberKey(value)}`
  if (value instanceof ObjectId) return `o${Buffer.from(value.id).toString('latin1')}`
  if (Array.isArray(value)) return `a${value.map((item) => sized(toKey(item))).join('')}`
  if (isDocument(value)) return `d${[...value].map(([name, item]) => sized(name) + sized(toKey(item))).join('')}`
  return scalarKey(value)
}

function textKey(type: string, text: string): string {
  countText(text)
  return type + text
}

/** Length first, so that neighbours in a composite key cannot be confused. */
function sized(part: string): string {
  return `${part.length}:${part}`
}

function scalarKey(value: BsonValue): string {
  if (value instanceof BSONSymbol) return `s${value.value}`
  if (typeof value === 'boolean') return value ? 'b1' : 'b0'
  if (value instanceof Date) return `t${value.getTime()}`
  if (value instanceof WideDate) return `t${value.ms}`
  if (value instanceof Timestamp) return `T${value.t}:${value.i}`
  if (value instanceof Binary) {
    countText({ length: value.position })
    return `B${value.sub_type}:${Buffer.from(value.buffer.subarray(0, value.position)).toString('latin1')}`
  }
  if (value instanceof BSONRegExp) return `r${sized(value.pattern)}${value.options}`
  if (value instanceof DbPointer) return `p${sized(value.namespace)}${value.id.toHexString()}`
  if (value instanceof Code) return `c${String(value.code)}`
  if (value instanceof CodeWithScope) return `C${sized(value.code)}${toKey(value.scope)}`
  // null, undefined, MinKey and MaxKey have one value each
  return `_${typeRank(value)}`
}
