import { countWork } from '../../../bson/work.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { createAverage, createExtreme, createSum } from '../accumulators/basic.ts'
import { nArguments, readN } from '../accumulators/n-arguments.ts'
import { createExtremeN, createFirstN, createLastN } from '../accumulators/several.ts'
import type { Accumulator } from '../accumulators/types.ts'
import { compileNamed, variadic, type Maybe } from '../arguments.ts'
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

function several(create: (n: number) => Accumulator): OperatorCompiler {
  return (argument, context, name) => {
    const { n, input } = compileNamed(argument, context, nArguments(argument, name))
    return (scope) => {
      const count = readN(n(scope))
      const array = input(scope)
      if (!Array.isArray(array)) throw new CommandError(5788200, 'Input must be an array')
      return accumulate(create(count), array)
    }
  }
}

/** Accumulators as expressions, over their operands or the elements of an array. */
export const ACCUMULATION_OPERATORS: OperatorTable = {
  $sum: overOperands(createSum),
  $avg: overOperands(createAverage),
  $min: overOperands(createExtreme(-1)),
  $max: overOperands(createExtreme(1)),
  $firstN: several(createFirstN),
  $lastN: several(createLastN),
  $minN: several((n) => createExtremeN(n, 1)),
  $maxN: several((n) => createExtremeN(n, -1)),
}
