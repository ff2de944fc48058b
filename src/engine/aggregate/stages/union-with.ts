import { isDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { typeNameOf } from '../../expressions/describe.ts'
import { Parameters } from '../../parameters/parameters.ts'
import { shape } from '../../parameters/shape.ts'
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

const SHAPE = shape({ string: ['coll'], any: ['pipeline'] })

function readSpec(spec: BsonValue): { collection: string | undefined; pipeline: BsonValue[] } {
  if (typeof spec === 'string') return { collection: spec, pipeline: [] }
  if (!isDocument(spec)) {
    const text = `the $unionWith stage specification must be an object or string, but found ${typeNameOf(spec)}`
    throw new CommandError('FailedToParse', text)
  }
  const collection = new Parameters('$unionWith', spec, SHAPE).string('coll')
  const pipeline = assertSubPipeline(spec.get('pipeline') ?? [], '$unionWith', 31441)
  if (collection === undefined && !startsFromNothing(pipeline)) {
    const text = '$unionWith stage without explicit collection must have a pipeline with $documents as first stage'
    throw new CommandError('FailedToParse', text)
  }
  return { collection, pipeline }
}
