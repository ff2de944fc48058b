import { isDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { compileStageExpression, scopeMaker } from '../scope.ts'
import type { DocumentStage, DocumentStageCompiler, PipelineContext } from '../types.ts'

/** `$replaceRoot`: goes on with a document that an expression makes. */
export const compileReplaceRoot: DocumentStageCompiler = (spec, context) => {
  if (!isDocument(spec)) {
    const text = `expected an object as specification for $replaceRoot stage, got ${typeNameOf(spec)}`
    throw new CommandError(40229, text)
  }
  for (const name of spec.keys()) {
    if (name === 'newRoot') continue
    const text = `unrecognized option to $replaceRoot stage: ${name}, only valid option is 'newRoot'.`
    throw new CommandError(40230, text)
  }
  const newRoot = spec.get('newRoot')
  if (newRoot === undefined) throw new CommandError(40231, 'no newRoot specified for the $replaceRoot stage')
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
