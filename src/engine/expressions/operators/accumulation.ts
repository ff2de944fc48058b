import { countWork } from '../../../bson/work.ts'
import { createAverage, createExtreme, createSum } from '../accumulators/basic.ts'
import type { Accumulator } from '../accumulators/types.ts'
import { variadic, type Maybe } from '../arguments.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

function accumulate(accumulator: Accumulator, values: readonly Maybe[]): Maybe {
  for (const value of values) {
    countWork()
    accumulator.add(value)
  }
  return accumulator.result()
}

// one operand that is an array stands for its elements
function overOperands(create: () => Accumulator): OperatorCompiler {
  return variadic((values) => {
    const [only] = values
    return accumulate(create(), values.length === 1 && Array.isArray(only) ? only : values)
  })
}

/** Accumulators as expressions, over their operands or the elements of an array. */
export const ACCUMULATION_OPERATORS: OperatorTable = {
  $sum: overOperands(createSum),
  $avg: overOperands(createAverage),
  $min: overOperands(createExtreme(-1)),
  $max: overOperands(createExtreme(1)),
}
