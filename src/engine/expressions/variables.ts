import type { BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { parseFieldPath, readPath } from './field-path.ts'
import type { Expression, ParseContext } from './types.ts'

/** Built-in variables whose values come with the scope. */
const SUPPLIED = new Set(['NOW', 'CLUSTER_TIME', 'USER_ROLES', 'JS_SCOPE', 'IS_MR'])

/**
 * Compiles `$a.b` and `$$name.a.b`.
 * @throws CommandError 17276 for a variable that is not defined, FailedToParse for a name that cannot be one
 */
export function compileFieldPath(text: string, context: ParseContext): Expression {
  if (!text.startsWith('$$')) {
    if (text.length === 1) throw new CommandError(16872, "'$' by itself is not a valid FieldPath")
    return current(context, parseFieldPath(text.slice(1)))
  }
  const [name = '', ...rest] = text.slice(2).split('.')
  assertReadableName(name)
  const parts = rest.length > 0 ? parseFieldPath(rest.join('.')) : []
  if (context.variables.has(name)) return ({ variables }) => readPath(variables.get(name), parts)
  if (name === 'ROOT') return ({ root }) => readPath(root, parts)
  if (name === 'CURRENT') return current(context, parts)
  if (name === 'REMOVE') return () => undefined
  if (SUPPLIED.has(name)) return supplied(name, parts)
  throw new CommandError(17276, `Use of undefined variable: ${name}`)
}

// a bound CURRENT ($let, $redact) changes what plain field paths mean
function current(context: ParseContext, parts: readonly string[]): Expression {
  if (context.variables.has('CURRENT')) return ({ variables }) => readPath(variables.get('CURRENT'), parts)
  return ({ root }) => readPath(root, parts)
}

function supplied(name: string, parts: readonly string[]): Expression {
  return ({ variables }) => {
    const value: BsonValue | undefined = variables.get(name)
    if (value === undefined) throw new CommandError(51144, `Builtin variable '$$${name}' is not available`)
    return readPath(value, parts)
  }
}

/**
 * Checks a name that a user gives to a variable: it starts with a lower-case letter or is `CURRENT`.
 * @throws CommandError FailedToParse
 */
export function assertBindableName(name: string): void {
  if (name === 'CURRENT') return
  checkName(name, /^[a-z\u0080-\uffff]/)
}

function assertReadableName(name: string): void {
  checkName(name, /^[a-zA-Z\u0080-\uffff]/)
}

function checkName(name: string, start: RegExp): void {
  if (name === '') throw new CommandError('FailedToParse', 'empty variable names are not allowed')
  if (!start.test(name)) {
    throw new CommandError('FailedToParse', `'${name}' starts with an invalid character for a user variable name`)
  }
  const invalid = /[^a-zA-Z0-9_\u0080-\uffff]/.exec(name)
  if (invalid) {
    const text = `'${name}' contains an invalid character for a variable name: '${invalid[0]}'`
    throw new CommandError('FailedToParse', text)
  }
}
