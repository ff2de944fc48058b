import { CommandError } from '../../../bson/command-error.ts'
import { GuardedRegExp } from './guarded.ts'
import { translate } from './translate.ts'

/**
 * Compiles a regular expression as the server takes it (Perl's syntax in UTF-8) to one of JavaScript.
 * Cost: matching is JavaScript's own backtracking; where it may take very long it is given half a second.
 * @param options `i` ignores case, `m` lets `^` and `$` match at lines, `s` lets `.` match newlines, `x` ignores blanks
 *   and comments, `u` and `l` change nothing
 * @throws CommandError 51108 for another option, 51091 for a pattern that is not valid or not supported here; matching
 *   throws 51156 when it takes too long
 */
export function compileRegex(pattern: string, options: string): RegExp {
  for (const option of options) {
    if (!'imxslu'.includes(option)) throw new CommandError(51108, ` invalid flag in regex options: ${option}`)
  }
  if (pattern.includes('\0')) {
    throw new CommandError('BadValue', 'Regular expression cannot contain an embedded null byte')
  }
  try {
    const { source, flags } = translate(pattern, options)
    return new GuardedRegExp(source, flags)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CommandError(51091, `Regular expression is invalid: ${why}`, { cause })
  }
}
