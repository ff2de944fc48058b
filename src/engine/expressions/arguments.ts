import { isDocument, typeName, type BsonValue } from '../../bson/values.ts'
import { isNullish } from '../../bson/truth.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { Expression, OperatorCompiler, ParseContext } from './types.ts'

/** A value or nothing. */
export type Maybe = BsonValue | undefined

/** The operands of an operator that takes a list: an array's items, or the one thing that is not an array. */
export function compileOperands(argument: BsonValue, context: ParseContext): Expression[] {
  return (Array.isArray(argument) ? argument : [argument]).map((item) => context.compile(item))
}

/**
 * An operator of exactly one operand.
 * @throws CommandError 16020 when compiled with another number of operands
 */
export function unary(evaluate: (value: Maybe, name: string) => Maybe): OperatorCompiler {
  return (argument, context, name) => {
    const [operand] = fixedOperands(argument, context, name, 1) as [Expression]
    return (scope) => evaluate(operand(scope), name)
  }
}

/**
 * An operator of exactly two operands.
 * @throws CommandError 16020 when compiled with another number of operands
 */
export function binary(evaluate: (left: Maybe, right: Maybe, name: string) => Maybe): OperatorCompiler {
  return (argument, context, name) => {
    const [left, right] = fixedOperands(argument, context, name, 2) as [Expression, Expression]
    return (scope) => evaluate(left(scope), right(scope), name)
  }
}

/**
 * An operator of a bounded number of operands.
 * @throws CommandError 28667 when compiled with another number of operands
 */
export function ranged(min: number, max: number, evaluate: (values: Maybe[], name: string) => Maybe): OperatorCompiler {
  return (argument, context, name) => {
    const operands = compileOperands(argument, context)
    if (operands.length < min || operands.length > max) {
      const text = `Expression ${name} takes at least ${min} arguments, and at most ${max}, but ${operands.length} were passed in.`
      throw new CommandError(28667, text)
    }
    return (scope) => {
      const values = operands.map((operand) => operand(scope))
      return evaluate(values, name)
    }
  }
}

/** An operator of any number of operands, all evaluated. */
export function variadic(evaluate: (values: Maybe[], name: string) => Maybe): OperatorCompiler {
  return ranged(0, Infinity, evaluate)
}

/** Compiles exactly `count` operands. */
export function fixedOperands(argument: BsonValue, context: ParseContext, name: string, count: number): Expression[] {
  const operands = compileOperands(argument, context)
  if (operands.length !== count) {
    const text = `Expression ${name} takes exactly ${count} arguments. ${operands.length} were passed in.`
    throw new CommandError(16020, text)
  }
  return operands
}

/** What is raised: a code of the server's. */
type Code = ConstructorParameters<typeof CommandError>[0]

/** What an operator with named arguments takes, by the codes of what is wrong. */
export interface NamedArguments<Name extends string> {
  /** Raised for an argument that is not an object. */
  readonly notObject: Code
  /** Raised for an unknown name. */
  readonly unknown: Code
  /** Every argument: what is raised when it is absent, or `optional`. */
  readonly fields: Readonly<Record<Name, Code | 'optional'>>
}

/** The value of an argument; missing where it was not given. Evaluated when it is asked for. */
export type Get<Name extends string> = (field: Name) => Maybe
/** Whether an argument was given. */
export type Has<Name extends string> = (field: Name) => boolean

/** An operator of named arguments. @throws CommandError as `shape` says */
export function named<Name extends string>(
  shape: NamedArguments<Name>,
  evaluate: (get: Get<Name>, has: Has<Name>, name: string) => Maybe,
): OperatorCompiler {
  return (argument, context, name) => {
    const parts = compileNamed(argument, context, name, shape)
    const has: Has<Name> = (field) => parts[field] !== undefined
    return (scope) => evaluate((field) => parts[field]?.(scope), has, name)
  }
}

/** The named arguments that are given, compiled. */
export function compileNamed<Name extends string>(
  argument: BsonValue,
  context: ParseContext,
  operator: string,
  shape: NamedArguments<Name>,
): Partial<Record<Name, Expression>> {
  const given = namedArguments(argument, operator, shape)
  const compiled = Object.entries<BsonValue | undefined>(given).map(([name, spec]) => [
    name,
    context.compile(spec ?? null),
  ])
  return Object.fromEntries(compiled) as Partial<Record<Name, Expression>>
}

/**
 * Reads an operator's named arguments, not compiled yet.
 * @throws CommandError as `shape` says
 */
export function namedArguments<Name extends string>(
  argument: BsonValue,
  operator: string,
  { notObject, unknown, fields }: NamedArguments<Name>,
): Partial<Record<Name, BsonValue>> {
  if (!isDocument(argument)) {
    throw new CommandError(
      notObject,
      `${operator} only supports an object as its argument, found: ${typeName(argument)}`,
    )
  }
  for (const name of argument.keys()) {
    if (!Object.hasOwn(fields, name)) throw new CommandError(unknown, `Unrecognized argument to ${operator}: ${name}`)
  }
  for (const [name, required] of Object.entries<Code | 'optional'>(fields)) {
    if (required !== 'optional' && !argument.has(name)) {
      throw new CommandError(required, `Missing '${name}' parameter to ${operator}`)
    }
  }
  // every name was found in `fields`
  return Object.fromEntries(argument) as Partial<Record<Name, BsonValue>>
}

/** The expression of an argument that was not given. */
export const missing: Expression = () => undefined

/** An operator of one operand of a kind; null for null or missing. @throws CommandError `code` for other operands */
export function unaryOf<T extends BsonValue>(
  is: (value: BsonValue) => value is T,
  what: string,
  code: Code,
  evaluate: (value: T, name: string) => Maybe,
): OperatorCompiler {
  return unary((value, name) => {
    if (isNullish(value)) return null
    if (is(value)) return evaluate(value, name)
    throw new CommandError(code, `${name} only supports ${what}, not ${typeName(value)}`)
  })
}
