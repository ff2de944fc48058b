import type { BsonDocument, BsonValue } from '../../bson/values.ts'

/**
 * What an expression is evaluated against.
 */
export interface Scope {
  /** The document that `$field` and `$$ROOT` mean. */
  readonly root: BsonDocument
  /**
   * `NOW`, `CLUSTER_TIME`, `let` variables and those that operators bind. A bound variable may be missing: `undefined`.
   */
  readonly variables: ReadonlyMap<string, BsonValue | undefined>
}

/** A compiled expression; `undefined` is the server's "missing". Pure, but for `$rand`. */
export type Expression = (scope: Scope) => BsonValue | undefined

/** What is known while an expression is compiled. */
export interface ParseContext {
  /** The variables, beside the built-in ones, that an expression may name here. */
  readonly variables: ReadonlySet<string>
  /** Compiles a part of the expression in this context. */
  compile(spec: BsonValue): Expression
  /** The same with more variables in reach. */
  with(names: Iterable<string>): ParseContext
}

/** Compiles `{ <name>: argument }`: one per operator, kept in the tables of `operators/`. */
export type OperatorCompiler = (argument: BsonValue, context: ParseContext, name: string) => Expression

/** Operators by name, `$` included. */
export type OperatorTable = Readonly<Record<string, OperatorCompiler>>
