import { Int32, isDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import {
  createAverage,
  createExtreme,
  createFirst,
  createLast,
  createMerge,
  createPush,
  createSet,
  createSum,
} from './accumulators/basic.ts'
import { N_ARGUMENTS, readN, createExtremeN, createFirstN, createLastN } from './accumulators/several.ts'
import { createDeviation, createPercentile, readPercentile } from './accumulators/statistics.ts'
import { topOrBottom } from './accumulators/top.ts'
import type { Accumulator, AccumulatorCompiler, CompiledAccumulator } from './accumulators/types.ts'
import { compileNamed, missing } from './arguments.ts'
import type { Expression } from './types.ts'

function over(expression: Expression, create: () => Accumulator): CompiledAccumulator {
  return {
    start: () => {
      const accumulator = create()
      return { add: (scope) => accumulator.add(expression(scope)), result: () => accumulator.result() }
    },
  }
}

function simple(create: () => Accumulator): AccumulatorCompiler {
  return (argument, context) => over(context.compile(argument), create)
}

function several(create: (n: number) => Accumulator): AccumulatorCompiler {
  return (argument, context, name) => {
    const { n = missing, input = missing } = compileNamed(argument, context, name, N_ARGUMENTS)
    return {
      start: (group) => {
        const accumulator = create(readN(n(group)))
        return { add: (scope) => accumulator.add(input(scope)), result: () => accumulator.result() }
      },
    }
  }
}

const compilePercentile: AccumulatorCompiler = (argument, context, name) => {
  const spec = readPercentile(argument, context, name)
  return over(context.compile(spec.input), () => createPercentile(spec))
}

const compileCount: AccumulatorCompiler = (argument) => {
  if (!isDocument(argument) || argument.size > 0) {
    throw new CommandError('TypeMismatch', '$count takes no arguments, i.e. $count:{}')
  }
  return over(() => new Int32(1), createSum)
}

/** Every accumulator of `$group` by name, `$` included. */
export const ACCUMULATORS: ReadonlyMap<string, AccumulatorCompiler> = new Map([
  ['$sum', simple(createSum)],
  ['$avg', simple(createAverage)],
  ['$min', simple(createExtreme(-1))],
  ['$max', simple(createExtreme(1))],
  ['$first', simple(createFirst)],
  ['$last', simple(createLast)],
  ['$push', simple(createPush)],
  ['$addToSet', simple(createSet)],
  ['$mergeObjects', simple(createMerge)],
  ['$stdDevPop', simple(createDeviation(0))],
  ['$stdDevSamp', simple(createDeviation(1))],
  ['$count', compileCount],
  ['$firstN', several(createFirstN)],
  ['$lastN', several(createLastN)],
  ['$minN', several((n) => createExtremeN(n, 1))],
  ['$maxN', several((n) => createExtremeN(n, -1))],
  ['$top', topOrBottom('top', false)],
  ['$bottomN', topOrBottom('bottom', true)],
  ['$percentile', compilePercentile],
])
