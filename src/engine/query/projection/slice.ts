import { isNumber, toNumber, type BsonArray, type BsonValue } from '../../../bson/values.ts'

/**
 * Parses find's own `$slice`: a count from the start, or from the end when negative, or `[skip, limit]`.
 * @returns undefined for anything else, which may be the expression of the same name
 */
export function parseSlice(argument: BsonValue): ((array: BsonArray) => BsonArray) | undefined {
  if (isNumber(argument)) {
    const count = toCount(argument)
    return count < 0 ? (array) => array.slice(count) : (array) => array.slice(0, count)
  }
  if (!Array.isArray(argument) || argument.length !== 2 || !argument.every(isNumber)) return undefined
  const [skip = 0, limit = 0] = argument.map(toCount)
  if (limit <= 0) return undefined
  return (array) => {
    const from = skip < 0 ? Math.max(0, array.length + skip) : skip
    return array.slice(from, from + limit)
  }
}

/** A number as a count of array elements: without its fraction, within 32 bits. */
function toCount(value: BsonValue): number {
  const number = isNumber(value) ? toNumber(value) : 0
  return Number.isNaN(number) ? 0 : Math.trunc(Math.max(-0x7fff_ffff, Math.min(0x7fff_ffff, number)))
}
