import { isDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileNamed, compileOperands, fixedOperands } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { isNullish, isTruthy } from '../../../bson/truth.ts'
import type { Expression, OperatorCompiler, OperatorTable, ParseContext } from '../types.ts'

const compileCond: OperatorCompiler = (argument, context, name) => {
  const [condition, consequent, alternative] = condParts(argument, context, name)
  return (scope) => (isTruthy(condition(scope)) ? consequent(scope) : alternative(scope))
}

function condParts(argument: BsonValue, context: ParseContext, name: string): [Expression, Expression, Expression] {
  if (!isDocument(argument)) {
    // three operands were asked for
    return fixedOperands(argument, context, name, 3) as [Expression, Expression, Expression]
  }
  const parts = compileNamed(argument, context, {
    notObject: [17080, "Missing 'if' parameter to $cond"],
    unknown: [17083, 'Unrecognized parameter to $cond: '],
    fields: {
      if: [17080, "Missing 'if' parameter to $cond"],
      then: [17081, "Missing 'then' parameter to $cond"],
      else: [17082, "Missing 'else' parameter to $cond"],
    },
  })
  return [parts.if, parts.then, parts.else]
}

const compileIfNull: OperatorCompiler = (argument, context) => {
  const operands = compileOperands(argument, context)
  const last = operands.pop()
  if (last === undefined || operands.length === 0) {
    const count = last === undefined ? 0 : 1
    throw new CommandError(1257300, `$ifNull needs at least two arguments, had: ${count}`)
  }
  return (scope) => {
    for (const operand of operands) {
      const value = operand(scope)
      if (!isNullish(value)) return value
    }
    return last(scope)
  }
}

interface Branch {
  readonly when: Expression
  readonly then: Expression
  /** Whether its condition is a constant that is not true. */
  readonly never: boolean
}

const compileSwitch: OperatorCompiler = (argument, context) => {
  if (!isDocument(argument)) {
    throw new CommandError(40060, `$switch requires an object as an argument, found: ${typeNameOf(argument)}`)
  }
  const branches: Branch[] = []
  let fallback: Expression | undefined
  for (const [name, value] of argument) {
    if (name === 'branches') branches.push(...compileBranches(value, context))
    else if (name === 'default') fallback = context.compile(value)
    else throw new CommandError(40067, `$switch found an unknown argument: ${name}`)
  }
  if (branches.length === 0) throw new CommandError(40068, '$switch requires at least one branch.')
  if (!fallback && branches.every(({ never }) => never)) {
    const text = 'Cannot execute a switch statement where all the cases evaluate to false without a default'
    throw new CommandError(40069, text)
  }
  return (scope) => {
    const branch = branches.find(({ when }) => isTruthy(when(scope)))
    if (branch) return branch.then(scope)
    if (fallback) return fallback(scope)
    const text = '$switch could not find a matching branch for an input, and no default was specified.'
    throw new CommandError(40066, text)
  }
}

function isConstantFalse(spec: BsonValue | undefined): boolean {
  if (isDocument(spec)) return spec.has('$literal') && !isTruthy(spec.get('$literal'))
  return !isTruthy(spec)
}

function compileBranches(value: BsonValue, context: ParseContext): Branch[] {
  if (!Array.isArray(value)) {
    throw new CommandError(40061, `$switch expected an array for 'branches', found: ${typeNameOf(value)}`)
  }
  return value.map((branch) => {
    const { case: when, then } = compileNamed(branch, context, {
      notObject: [40062, `$switch expected each branch to be an object, found: ${typeNameOf(branch)}`],
      unknown: [40063, `$switch found an unknown argument to a branch: `],
      fields: {
        case: [40064, `$switch requires each branch have a 'case' expression: ${describe(branch)}`],
        then: [40065, `$switch requires each branch have a 'then' expression: ${describe(branch)}`],
      },
    })
    return { when, then, never: isDocument(branch) && isConstantFalse(branch.get('case')) }
  })
}

/** Choice: only the part that is chosen is evaluated. */
export const CONDITIONAL_OPERATORS: OperatorTable = {
  $cond: compileCond,
  $ifNull: compileIfNull,
  $switch: compileSwitch,
}
