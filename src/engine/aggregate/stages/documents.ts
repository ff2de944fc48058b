import { isDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { compileStageExpression, scopeMaker } from '../scope.ts'
import type { StageCompiler } from '../types.ts'

/** `$documents`: starts from documents that an expression makes. */
export const compileDocuments: StageCompiler = (spec, context) => {
  const expression = compileStageExpression(spec, context)
  const scope = scopeMaker(context)
  return function* () {
    const values = expression(scope(new Map()))
    if (!Array.isArray(values)) {
      throw new CommandError(5858203, `an array is expected, but got ${typeNameOf(values)}`)
    }
    for (const value of values) {
      if (!isDocument(value)) {
        const text = `an object is expected as an element of $documents, but resulting value was: ${describe(value)}`
        throw new CommandError(40228, text)
      }
      yield value
    }
  }
}
