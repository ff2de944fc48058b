import { isDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../../expressions/arguments.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { compileStageExpression, scopeMaker } from '../scope.ts'
import type { DocumentStage, DocumentStageCompiler, PipelineContext } from '../types.ts'

/** `$replaceRoot`: goes on with a document that an expression makes. */
export const compileReplaceRoot: DocumentStageCompiler = (spec, context) => {
  const shape = { notObject: 40229, unknown: 40230, fields: { newRoot: 40231 } }
  const { newRoot = null } = namedArguments(spec, '$replaceRoot', shape)
  return replacement(newRoot, context, "'newRoot' expression")
}

/** `$replaceWith`: the same, with the expression itself as specification. */
export const compileReplaceWith: DocumentStageCompiler = (spec, context) =>
  replacement(spec, context, "'replacement document'")

function replacement(spec: BsonValue, context: PipelineContext, subject: string): DocumentStage {
  const expression = compileStageExpression(spec, context)
  const scope = scopeMaker(context)
  return (document) => {
    const value = expression(scope(document))
    if (isDocument(value)) return value
    throw new CommandError(
      40228,
      `${subject} must evaluate to an object, but resulting value was: ${describe(value)}. ` +
        `Type of resulting value: '${typeNameOf(value)}'. Input document: ${describe(document)}`,
    )
  }
}
