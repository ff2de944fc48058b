import { isDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileNamed, compileOperands, fixedOperands, missing, named, unary } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { isNullish, isTruthy } from '../../../bson/truth.ts'
import type { Expression, OperatorCompiler, OperatorTable, ParseContext } from '../types.ts'

const chooseNamed = named(
  { notObject: 17080, unknown: 17083, fields: { if: 17080, then: 17081, else: 17082 } },
  (get) => (isTruthy(get('if')) ? get('then') : get('else')),
)

const compileCond: OperatorCompiler = (argument, context, name) => {
  if (isDocument(argument)) return chooseNamed(argument, context, name)
  // three operands were asked for
  const [condition, consequent, alternative] = fixedOperands(argument, context, name, 3) as [
    Expression,
    Expression,
    Expression,
  ]
  return (scope) => (isTruthy(condition(scope)) ? consequent(scope) : alternative(scope))
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
    const shape = { notObject: 40062, unknown: 40063, fields: { case: 40064, then: 40065 } }
    const { case: when = missing, then = missing } = compileNamed(branch, context, 'a branch of $switch', shape)
    return { when, then, never: isDocument(branch) && isConstantFalse(branch.get('case')) }
  })
}

/** Logic and choice: what does not decide is not evaluated. */
export const LOGICAL_OPERATORS: OperatorTable = {
  $and: (argument, context) => {
    const operands = compileOperands(argument, context)
    return (scope) => operands.every((operand) => isTruthy(operand(scope)))
  },
  $or: (argument, context) => {
    const operands = compileOperands(argument, context)
    return (scope) => operands.some((operand) => isTruthy(operand(scope)))
  },
  $not: unary((value) => !isTruthy(value)),
  $cond: compileCond,
  $ifNull: compileIfNull,
  $switch: compileSwitch,
}
