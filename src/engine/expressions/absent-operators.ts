import { CommandError } from '../../bson/command-error.ts'

const NAMES = `
  accumulator acos acosh allElementsTrue anyElementTrue arrayElemAt asin asinh atan atan2 atanh avg bitAnd bitNot
  bitOr bitXor bottom concat concatArrays cos cosh degreesToRadians filter firstN function indexOfArray indexOfBytes
  indexOfCP isArray last lastN ltrim map max maxN median meta min minN objectToArray percentile radiansToDegrees
  rand range reduce regexFind regexFindAll regexMatch replaceAll replaceOne reverseArray rtrim sampleRate
  setDifference setEquals setIntersection setIsSubset setUnion sin sinh split stdDevPop stdDevSamp strcasecmp
  strLenBytes strLenCP substr substrBytes substrCP sum tan tanh toHashedIndexKey toLower topN toUpper trim zip
`

/** Operators of real servers that the embedded engine refuses by name, in expressions or as accumulators. */
export const ABSENT_OPERATORS: ReadonlySet<string> = new Set(
  NAMES.trim()
    .split(/\s+/)
    .map((name) => `$${name}`),
)

/**
 * What a server answers for an operator that it does not know. Of one that other servers know it says why.
 * @param text the server's message
 */
export function unknownOperator(code: 15952 | 'InvalidPipelineOperator', text: string, name: string): CommandError {
  return new CommandError(code, ABSENT_OPERATORS.has(name) ? `${text}: the embedded engine does not have it` : text)
}
