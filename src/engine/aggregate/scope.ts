import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import { compileExpression } from '../expressions/expression.ts'
import type { Expression, Scope } from '../expressions/types.ts'
import type { PipelineContext } from './types.ts'

/** The variables that every expression of a pipeline sees: `NOW`, `CLUSTER_TIME` and those of `let`. */
export function scopeVariables(context: PipelineContext): ReadonlyMap<string, BsonValue | undefined> {
  const variables = new Map<string, BsonValue | undefined>([['NOW', context.now]])
  if (context.clusterTime) variables.set('CLUSTER_TIME', context.clusterTime)
  return new Map([...variables, ...context.variables])
}

/** Makes the scope of one document after the other. */
export function scopeMaker(context: PipelineContext): (root: BsonDocument) => Scope {
  const variables = scopeVariables(context)
  return (root) => ({ root, variables })
}

/**
 * Compiles an expression of a stage.
 * @throws CommandError as `compileExpression`
 */
export function compileStageExpression(spec: BsonValue, context: PipelineContext): Expression {
  return compileExpression(spec, context.variables.keys())
}
