import { isDocument, type BsonValue } from '../../bson/values.ts'
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
    return (scope) =>
      evaluate(
        operands.map((operand) => operand(scope)),
        name,
      )
  }
}

/** An operator of any number of operands, all evaluated. */
export function variadic(evaluate: (values: Maybe[], name: string) => Maybe): OperatorCompiler {
  return (argument, context, name) => {
    const operands = compileOperands(argument, context)
    return (scope) =>
      evaluate(
        operands.map((operand) => operand(scope)),
        name,
      )
  }
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

/** A server assertion: code and message. */
export type Assertion = readonly [code: ConstructorParameters<typeof CommandError>[0], message: string]

/** What an operator with named arguments takes. */
export interface NamedArguments<Name extends string> {
  /** Raised for an argument that is not an object. */
  readonly notObject: Assertion
  /** Raised for an unknown name, which is appended to the message. */
  readonly unknown: Assertion
  /** Every argument: what is raised when it is absent, or `optional`. */
  readonly fields: Readonly<Record<Name, Assertion | 'optional'>>
}

/**
 * Reads an operator's named arguments, not compiled yet.
 * @throws CommandError as `shape` says
 */
export function namedArguments<Name extends string>(
  argument: BsonValue,
  { notObject, unknown, fields }: NamedArguments<Name>,
): Partial<Record<Name, BsonValue>> {
  if (!isDocument(argument)) throw new CommandError(...notObject)
  const known = new Map<string, Assertion | 'optional'>(Object.entries(fields))
  for (const name of argument.keys()) {
    if (!known.has(name)) throw new CommandError(unknown[0], unknown[1] + name)
  }
  for (const [name, required] of known) {
    if (required !== 'optional' && !argument.has(name)) throw new CommandError(...required)
  }
  // every name was found in `fields`
  return Object.fromEntries(argument) as Partial<Record<Name, BsonValue>>
}

/** The named arguments, compiled; an absent one evaluates to missing. */
export function compileNamed<Name extends string>(
  argument: BsonValue,
  context: ParseContext,
  shape: NamedArguments<Name>,
): Record<Name, Expression> {
  const given = namedArguments(argument, shape)
  const compiled = Object.keys(shape.fields).map((name) => {
    // the keys of `fields` are its names
    const spec = given[name as Name]
    return [name, spec === undefined ? missing : context.compile(spec)] as const
  })
  return Object.fromEntries(compiled) as Record<Name, Expression>
}

/** The expression of an argument that was not given. */
export const missing: Expression = () => undefined
