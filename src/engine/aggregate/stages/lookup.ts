import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { parseFieldPath } from '../../expressions/field-path.ts'
import type { Expression } from '../../expressions/types.ts'
import { assertBindableName } from '../../expressions/variables.ts'
import { setAt } from '../fields.ts'
import { indexBy, joinValues, type JoinIndex } from '../join.ts'
import { compileStageExpression, scopeMaker } from '../scope.ts'
import { assertSubPipeline, startsFromNothing } from '../sub-pipeline.ts'
import type { PipelineCompiler, PipelineContext, Stage, StageCompiler } from '../types.ts'

interface LookupSpec {
  readonly from: string | undefined
  readonly as: readonly string[]
  readonly localField: string | undefined
  readonly foreignField: string | undefined
  readonly bindings: readonly (readonly [string, Expression])[]
  readonly pipeline: readonly BsonValue[] | undefined
}

/**
 * `$lookup`: adds the documents of another collection that belong to a document, by equality, by a pipeline, or both.
 */
export const compileLookup: StageCompiler = (spec, context, compile) => {
  const lookup = readSpec(spec, context)
  const { from, as, localField, foreignField } = lookup
  const source = (): Iterable<BsonDocument> => (from === undefined ? [] : context.documents(from))
  const joined = joiner(lookup, context, compile.pipeline)
  return function* (input) {
    let index: JoinIndex | undefined
    for (const document of input) {
      let candidates: Iterable<BsonDocument>
      if (localField !== undefined && foreignField !== undefined) {
        index ??= indexBy(source(), foreignField)
        candidates = index.find(joinValues(document, localField))
      } else candidates = source()
      yield setAt(document, as, [...joined(document, candidates)])
    }
  }
}

type Joiner = (document: BsonDocument, candidates: Iterable<BsonDocument>) => Iterable<BsonDocument>

function joiner({ pipeline, bindings }: LookupSpec, context: PipelineContext, compile: PipelineCompiler): Joiner {
  if (pipeline === undefined) return (_, candidates) => candidates
  const names = bindings.map(([name]) => [name, null] as const)
  // a pipeline that is wrong is refused before there are documents
  const checked: Stage = compile(pipeline, withVariables(context, names))
  if (bindings.length === 0) return (_, candidates) => checked(candidates)
  const scope = scopeMaker(context)
  return (document, candidates) => {
    const current = scope(document)
    const bound = bindings.map(([name, expression]) => [name, expression(current)] as const)
    return compile(pipeline, withVariables(context, bound))(candidates)
  }
}

function withVariables(
  context: PipelineContext,
  bound: readonly (readonly [string, BsonValue | undefined])[],
): PipelineContext {
  return {
    ...context,
    documents: (name) => context.documents(name),
    variables: new Map([...context.variables, ...bound]),
  }
}

function readSpec(spec: BsonValue, context: PipelineContext): LookupSpec {
  if (!isDocument(spec)) {
    throw failed(`the $lookup stage specification must be an object, but found ${typeNameOf(spec)}`)
  }
  const texts = new Map<string, string>()
  let pipeline: BsonValue[] | undefined
  let bindings: LookupSpec['bindings'] = []
  for (const [name, value] of spec) {
    if (name === 'pipeline') pipeline = assertSubPipeline(value, '$lookup', 51047)
    else if (name === 'let') bindings = readLet(value, context)
    else if (['from', 'localField', 'foreignField', 'as'].includes(name)) {
      if (typeof value !== 'string') {
        const text = `$lookup argument '${name}: ${describe(value)}' must be a string, is type ${typeNameOf(value)}`
        throw failed(text)
      }
      texts.set(name, value)
    } else throw failed(`unknown argument to $lookup: ${name}`)
  }
  const [from, as] = [texts.get('from'), texts.get('as')]
  if (from === undefined && !(pipeline && startsFromNothing(pipeline))) {
    throw failed(`missing 'from' option to $lookup stage specification: ${describe(spec)}`)
  }
  if (as === undefined) throw failed("must specify 'as' field for a $lookup")
  const [localField, foreignField] = [texts.get('localField'), texts.get('foreignField')]
  if ((localField === undefined) !== (foreignField === undefined) || (localField === undefined && !pipeline)) {
    throw failed("$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified")
  }
  if (localField !== undefined) parseFieldPath(localField)
  if (foreignField !== undefined) parseFieldPath(foreignField)
  return { from, as: parseFieldPath(as), localField, foreignField, bindings, pipeline }
}

function readLet(value: BsonValue, context: PipelineContext): LookupSpec['bindings'] {
  if (!isDocument(value)) {
    throw failed(`$lookup argument 'let: ${describe(value)}' must be an object, is type ${typeNameOf(value)}`)
  }
  return [...value].map(([name, spec]) => {
    assertBindableName(name)
    return [name, compileStageExpression(spec, context)]
  })
}

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message)
}
