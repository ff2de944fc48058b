import { CommandError } from '../../bson/command-error.ts'

const NAMES = `
  accumulator acos acosh allElementsTrue anyElementTrue asin asinh atan atan2 atanh bitAnd bitNot bitOr bitXor
  bottom cos cosh degreesToRadians firstN function indexOfArray indexOfBytes indexOfCP lastN ltrim maxN median meta
  minN percentile radiansToDegrees rand regexFind regexFindAll regexMatch replaceAll replaceOne reverseArray rtrim
  sampleRate setDifference setEquals setIntersection setIsSubset setUnion sin sinh split stdDevPop stdDevSamp
  strcasecmp strLenBytes substr substrBytes substrCP tan tanh toHashedIndexKey topN trim zip
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
