import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileAddFieldsTree } from '../../expressions/projection/add-fields-tree.ts'
import { typeNameOf } from '../../expressions/describe.ts'
import { compileProjectionTree, type Projection } from '../../expressions/projection/projection-tree.ts'
import { scopeMaker } from '../scope.ts'
import type { DocumentStage, DocumentStageCompiler, PipelineContext } from '../types.ts'

function toStage(projection: Projection, context: PipelineContext): DocumentStage {
  const scope = scopeMaker(context)
  return (document) => projection(document, scope(document))
}

/** `$project`: keeps, drops or computes fields. */
export const compileProject: DocumentStageCompiler = (spec, context) => {
  if (!isDocument(spec)) throw new CommandError(15969, '$project specification must be an object')
  const variables = context.variables.keys()
  return toStage(
    withErrorsOfStage('$project', () => compileProjectionTree(spec, { variables })),
    context,
  )
}

/** `$addFields` and its other name `$set`: computes fields and keeps all others. */
export const compileAddFields: DocumentStageCompiler = (spec, context, name) => {
  if (!isDocument(spec)) {
    throw new CommandError(40272, `${name} specification stage must be an object, got ${typeNameOf(spec)}`)
  }
  return toStage(
    withErrorsOfStage(name, () => compileAddFieldsTree(spec, context.variables.keys())),
    context,
  )
}

/** `$unset`: drops one field or several. */
export const compileUnset: DocumentStageCompiler = (spec, context) => {
  const exclusion: BsonDocument = new Map()
  for (const path of unsetPaths(spec)) {
    if (exclusion.has(path)) throw new CommandError(31250, `Invalid $unset :: caused by :: Path collision at ${path}`)
    exclusion.set(path, false)
  }
  return toStage(
    withErrorsOfStage('$unset', () => compileProjectionTree(exclusion)),
    context,
  )
}

function unsetPaths(spec: BsonValue): string[] {
  if (typeof spec === 'string') return [spec]
  if (!Array.isArray(spec)) throw new CommandError(31002, '$unset specification must be a string or an array')
  const paths = spec.filter((path) => typeof path === 'string')
  if (spec.length === 0) {
    throw new CommandError(31119, '$unset specification must be a string or an array with at least one field')
  }
  if (paths.length < spec.length) {
    throw new CommandError(31120, '$unset specification must be a string or an array containing only string values')
  }
  return paths
}

/** Runs `compile` and puts a stage's name before the message of what it raises, as the server does for some stages. */
export function withErrorsOfStage<T>(stage: string, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new CommandError(error.code, `Invalid ${stage} :: caused by :: ${error.message}`, { cause: error })
  }
}
