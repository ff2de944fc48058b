import { isDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../arguments.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'
import { assertBindableName } from '../variables.ts'
import { typeNameOf } from '../describe.ts'

const compileLet: OperatorCompiler = (argument, context, name) => {
  const shape = { notObject: 16874, unknown: 16875, fields: { vars: 16876, in: 16877 } }
  const { vars, in: body } = namedArguments(argument, name, shape)
  if (!isDocument(vars)) {
    throw new CommandError('TypeMismatch', `invalid parameter: expected an object (vars), found ${typeNameOf(vars)}`)
  }
  const bindings = [...vars].map(([variable, spec]) => {
    assertBindableName(variable)
    // the new variables do not see one another
    return [variable, context.compile(spec)] as const
  })
  // its presence was checked
  const inner = context.with(vars.keys()).compile(body ?? null)
  return (scope) => {
    const bound = bindings.map(([name, expression]) => [name, expression(scope)] as const)
    return inner({ root: scope.root, variables: new Map([...scope.variables, ...bound]) })
  }
}

/** Literals and variables. */
export const VARIABLE_OPERATORS: OperatorTable = {
  $literal: (argument) => () => argument,
  $let: compileLet,
}
