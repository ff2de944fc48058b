import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { ACCUMULATORS } from '../../expressions/accumulators.ts'
import type { CompiledAccumulator } from '../../expressions/accumulators/types.ts'
import { describe } from '../../expressions/describe.ts'
import { createParseContext, createScope } from '../../expressions/expression.ts'
import type { ParseContext, Scope } from '../../expressions/types.ts'
import type { PipelineContext } from '../types.ts'
import { compileWindow, type Window } from './bounds.ts'
import type { Partition } from './partition.ts'
import { ORDER_FUNCTIONS } from './order-functions.ts'

/** Gives a field's value for each row of a partition; `undefined` is missing. */
export type WindowFunction = (partition: Partition, scope: (row: BsonDocument) => Scope) => (BsonValue | undefined)[]

/** What a window function is compiled with. */
export interface WindowSetting {
  readonly context: ParseContext
  readonly sortBy: BsonDocument | undefined
}

/**
 * Compiles one field of `$setWindowFields.output`.
 * @throws CommandError FailedToParse for a function that there is not, and what accumulators and windows throw
 */
export function compileWindowFunction(
  spec: BsonValue,
  sortBy: BsonDocument | undefined,
  context: PipelineContext,
): WindowFunction {
  if (!isDocument(spec)) throw failed(`The window function must be an object, found ${describe(spec)}`)
  const operators = [...spec.keys()].filter((name) => name !== 'window')
  const [name] = operators
  if (name === undefined || operators.length > 1) {
    throw failed(`Expected a $-prefixed window function and an optional 'window': ${describe(spec)}`)
  }
  const argument = spec.get(name) ?? null
  const parse = createParseContext(context.variables.keys())
  const ordered = ORDER_FUNCTIONS.get(name)
  if (ordered) {
    if (spec.has('window') && !ordered.takesWindow)
      throw new CommandError(5371601, `${name} does not accept a 'window' field`)
    return ordered.compile(argument, { context: parse, sortBy }, name, compileWindow(spec.get('window'), sortBy))
  }
  const compile = ACCUMULATORS.get(name)
  if (!compile) throw failed(`Unrecognized window function, ${name}`)
  return gathering(compile(argument, parse, name), compileWindow(spec.get('window'), sortBy))
}

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message)
}

/** A window function that gathers each row's window. Cost: one pass when windows only grow, else one per row. */
function gathering(accumulator: CompiledAccumulator, window: Window): WindowFunction {
  return (partition, scope) => {
    const nothing = createScope(new Map())
    let running = accumulator.start(nothing)
    let added = 0
    return partition.rows.map((_, position) => {
      const { from, to } = window.rowsAt(partition, position)
      if (!window.growing) {
        running = accumulator.start(nothing)
        added = from
      }
      for (; added < to; added++) running.add(scope(partition.rows[added] as BsonDocument))
      const value = running.result()
      return value === undefined ? null : value
    })
  }
}
