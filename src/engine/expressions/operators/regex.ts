import { BSONRegExp, Int32, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { countText, countWork } from '../../../bson/work.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileRegex } from '../../query/regex/compile.ts'
import { GuardedRegExp } from '../../query/regex/guarded.ts'
import { compileNamed, type Maybe } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable, Scope } from '../types.ts'
import { codePoints } from './string.ts'

/** Runs a search over a string. The expression carries no state. */
type Search = (text: string, expression: RegExp) => BsonValue

function matching(search: Search, none: BsonValue): OperatorCompiler {
  return (argument, context, name) => {
    const parts = compileNamed(argument, context, {
      notObject: [51103, `${name} expects an object of named arguments but found: ${typeNameOf(argument)}`],
      unknown: [31024, `${name} found an unknown argument: `],
      fields: {
        input: [31022, `${name} requires 'input' parameter`],
        regex: [31023, `${name} requires 'regex' parameter`],
        options: 'optional',
      },
    })
    const compile = rememberingLast(name)
    return (scope: Scope) => {
      const text = parts.input(scope)
      const expression = compile(parts.regex(scope), parts.options(scope))
      if (!isNullish(text) && typeof text !== 'string') {
        throw new CommandError(51104, `${name} needs 'input' to be of type string`)
      }
      if (expression === undefined || typeof text !== 'string') return none
      countText(text)
      return search(text, expression)
    }
  }
}

// the expression is nearly always a constant
function rememberingLast(name: string): (regex: Maybe, options: Maybe) => RegExp | undefined {
  let last: { pattern: string; flags: string; compiled: RegExp } | undefined
  return (regex, options) => {
    const parts = readRegex(regex, options, name)
    if (parts === undefined) return undefined
    const [pattern, flags] = parts
    if (last?.pattern !== pattern || last.flags !== flags) {
      last = { pattern, flags, compiled: compileRegex(pattern, flags) }
    }
    return last.compiled
  }
}

function readRegex(regex: Maybe, options: Maybe, name: string): [pattern: string, flags: string] | undefined {
  if (!isNullish(options) && typeof options !== 'string') {
    throw new CommandError(51106, `${name} needs 'options' to be of type string`)
  }
  const given = isNullish(options) ? '' : options
  if (isNullish(regex)) return undefined
  if (typeof regex === 'string') return [regex, given]
  if (!(regex instanceof BSONRegExp)) {
    throw new CommandError(51105, `${name} needs 'regex' to be of type string or regex`)
  }
  if (regex.options !== '' && given !== '') {
    throw new CommandError(51107, `${name}: found regex option(s) specified in both 'regex' and 'option' fields`)
  }
  return [regex.pattern, regex.options || given]
}

function toMatch(found: RegExpExecArray, position: number): BsonDocument {
  return new Map<string, BsonValue>([
    ['match', found[0]],
    ['idx', new Int32(position)],
    ['captures', found.slice(1).map((capture: string | undefined) => capture ?? null)],
  ])
}

function findFirst(text: string, expression: RegExp): BsonValue {
  const found = expression.exec(text)
  return found && toMatch(found, codePoints(text.slice(0, found.index)))
}

function findAll(text: string, expression: RegExp): BsonValue {
  const flags = expression.flags.includes('g') ? expression.flags : `${expression.flags}g`
  const global = new GuardedRegExp(expression.source, flags)
  const matches: BsonValue[] = []
  let position = 0
  let counted = 0
  for (let found = global.exec(text); found; found = global.exec(text)) {
    position += codePoints(text.slice(counted, found.index))
    counted = found.index
    countWork()
    matches.push(toMatch(found, position))
    // an empty match would be found again
    if (found[0] === '') global.lastIndex += (text.codePointAt(found.index) ?? 0) > 0xffff ? 2 : 1
  }
  return matches
}

/** Regular expressions over strings; positions count code points. */
export const REGEX_OPERATORS: OperatorTable = {
  $regexMatch: matching((text, expression) => expression.exec(text) !== null, false),
  $regexFind: matching(findFirst, null),
  $regexFindAll: matching(findAll, []),
}
