import type { BsonValue } from '../../../bson/values.ts'
import type { Maybe } from '../arguments.ts'
import type { ParseContext, Scope } from '../types.ts'

/** Gathers values and gives one for all of them. */
export interface Accumulator {
  add(value: Maybe): void
  /** What was gathered so far; `undefined` is missing. */
  result(): Maybe
}

/** Gathers documents of one group. */
export interface RunningAccumulator {
  add(scope: Scope): void
  result(): Maybe
}

/**
 * A compiled accumulator of `$group` and its like. `start` makes one for a group; its scope is over the group's `_id`.
 */
export interface CompiledAccumulator {
  start(group: Scope): RunningAccumulator
}

/** Compiles `{ <name>: argument }` as an accumulator. */
export type AccumulatorCompiler = (argument: BsonValue, context: ParseContext, name: string) => CompiledAccumulator
