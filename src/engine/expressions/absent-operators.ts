import { CommandError } from '../../bson/command-error.ts'

/** Operators of real servers that the embedded engine refuses by name, in expressions and as accumulators. */
export const ABSENT_OPERATORS: ReadonlySet<string> = new Set([
  '$accumulator',
  '$acos',
  '$acosh',
  '$asin',
  '$asinh',
  '$atan',
  '$atan2',
  '$atanh',
  '$cos',
  '$cosh',
  '$degreesToRadians',
  '$function',
  '$median',
  '$meta',
  '$percentile',
  '$radiansToDegrees',
  '$sampleRate',
  '$sin',
  '$sinh',
  '$stdDevPop',
  '$stdDevSamp',
  '$tan',
  '$tanh',
  '$toHashedIndexKey',
])

/**
 * What a server answers for an operator that it does not know. Of one that other servers know it says why.
 * @param text the server's message
 */
export function unknownOperator(code: 15952 | 'InvalidPipelineOperator', text: string, name: string): CommandError {
  return new CommandError(code, ABSENT_OPERATORS.has(name) ? `${text}: the embedded engine does not have it` : text)
}
