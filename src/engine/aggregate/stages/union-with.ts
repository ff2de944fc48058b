import { isDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { typeNameOf } from '../../expressions/describe.ts'
import { assertSubPipeline, startsFromNothing } from '../sub-pipeline.ts'
import type { StageCompiler } from '../types.ts'

/** `$unionWith`: goes on with the documents of another collection, or of a pipeline, after its own. */
export const compileUnionWith: StageCompiler = (spec, context, compile) => {
  const { collection, pipeline } = readSpec(spec)
  const inner = compile.pipeline(pipeline, context)
  return function* (input) {
    yield* input
    yield* inner(collection === undefined ? [] : context.documents(collection))
  }
}

function readSpec(spec: BsonValue): { collection: string | undefined; pipeline: BsonValue[] } {
  if (typeof spec === 'string') return { collection: spec, pipeline: [] }
  if (!isDocument(spec)) {
    const text = `the $unionWith stage specification must be an object or string, but found ${typeNameOf(spec)}`
    throw new CommandError('FailedToParse', text)
  }
  for (const name of spec.keys()) {
    if (!['coll', 'pipeline'].includes(name)) {
      throw new CommandError(40415, `BSON field '$unionWith.${name}' is an unknown field.`)
    }
  }
  const collection = spec.get('coll')
  const pipeline = assertSubPipeline(spec.get('pipeline') ?? [], '$unionWith', 31441)
  if (collection === undefined && !startsFromNothing(pipeline)) {
    const text = '$unionWith stage without explicit collection must have a pipeline with $documents as first stage'
    throw new CommandError('FailedToParse', text)
  }
  if (collection === undefined || typeof collection === 'string') return { collection, pipeline }
  const text = `BSON field '$unionWith.coll' is the wrong type '${typeNameOf(collection)}', expected type 'string'`
  throw new CommandError('TypeMismatch', text)
}
