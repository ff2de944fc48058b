import { isDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../arguments.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'
import { assertBindableName } from '../variables.ts'
import { typeNameOf } from '../describe.ts'

const compileLet: OperatorCompiler = (argument, context) => {
  const { vars, in: body } = namedArguments(argument, {
    notObject: [16874, '$let only supports an object as its argument'],
    unknown: [16875, 'Unrecognized parameter to $let: '],
    fields: {
      vars: [16876, "Missing 'vars' parameter to $let"],
      in: [16877, "Missing 'in' parameter to $let"],
    },
  })
  if (!isDocument(vars)) {
    throw new CommandError('TypeMismatch', `invalid parameter: expected an object (vars), found ${typeNameOf(vars)}`)
  }
  const bindings = [...vars].map(([name, spec]) => {
    assertBindableName(name)
    // the new variables do not see one another
    return [name, context.compile(spec)] as const
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
