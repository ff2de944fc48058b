import type { BsonValue } from '../../../src/bson/values.ts'
import { ACCUMULATORS } from '../../../src/engine/expressions/accumulators.ts'
import { compileExpression, createParseContext, createScope } from '../../../src/engine/expressions/expression.ts'
import { documentOf, show, toBson } from '../../support/documents.ts'
import { expectServerError } from '../server-error.ts'

/** Evaluates an expression, written as plain values, against a document; gives the result as text. */
export function evaluate(expression: unknown, root: Record<string, unknown> = {}): string {
  const variables = new Map<string, BsonValue>([['NOW', new Date('2024-02-29T12:34:56.789Z')]])
  return show(compileExpression(toBson(expression))(createScope(documentOf(root), variables)))
}

/** What an accumulator of `$group` gives for these values, as text. */
export function accumulate(name: string, values: readonly unknown[]): string {
  const context = createParseContext()
  const running = ACCUMULATORS.get(name)?.('$x', context, name).start(createScope(new Map()))
  for (const x of values) running?.add(createScope(documentOf({ x })))
  return show(running?.result())
}

/** Checks that compiling or evaluating an expression raises a server error. */
export function expectError(
  expression: unknown,
  code: number,
  message: string | RegExp,
  root: Record<string, unknown> = {},
): void {
  expectServerError(() => evaluate(expression, root), code, message)
}

/** A row of a table: expression, result as text, document. */
export type Row = readonly [expression: unknown, result: string, root?: Record<string, unknown>]
/** A row of a table: expression, code, message, document. */
export type ErrorRow = readonly [
  expression: unknown,
  code: number,
  message: string | RegExp,
  root?: Record<string, unknown>,
]

/** The rows of a table with a title each. */
export function titled<T extends readonly unknown[]>(rows: readonly T[]): (readonly [string, T])[] {
  return rows.map((row) => [show(toBson(row[0])).slice(0, 120), row] as const)
}
