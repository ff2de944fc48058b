import { compareStrings } from '../../../bson/compare.ts'

const INDEX = /^\d+$/

/** The order in which an update visits names, and so creates fields: numbers by value, others by their bytes. */
export function compareNames(a: string, b: string): number {
  if (INDEX.test(a) && INDEX.test(b)) {
    const [x, y] = [BigInt(a), BigInt(b)]
    if (x !== y) return x < y ? -1 : 1
  }
  return compareStrings(a, b)
}
