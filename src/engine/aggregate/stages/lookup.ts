import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../../expressions/arguments.ts'
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

const SPEC = {
  notObject: 'FailedToParse',
  unknown: 'FailedToParse',
  fields: {
    as: 'FailedToParse',
    from: 'optional',
    localField: 'optional',
    foreignField: 'optional',
    let: 'optional',
    pipeline: 'optional',
  },
} as const

function readSpec(spec: BsonValue, context: PipelineContext): LookupSpec {
  const given = namedArguments(spec, '$lookup', SPEC)
  const text = (name: keyof typeof given): string | undefined => {
    const value = given[name]
    if (value === undefined || typeof value === 'string') return value
    throw failed(`$lookup argument '${name}: ${describe(value)}' must be a string, is type ${typeNameOf(value)}`)
  }
  const pipeline = given.pipeline === undefined ? undefined : assertSubPipeline(given.pipeline, '$lookup', 51047)
  const bindings = given.let === undefined ? [] : readLet(given.let, context)
  const [from, as, localField, foreignField] = [text('from'), text('as'), text('localField'), text('foreignField')]
  if (from === undefined && !(pipeline && startsFromNothing(pipeline))) {
    throw failed(`missing 'from' option to $lookup stage specification: ${describe(spec)}`)
  }
  if ((localField === undefined) !== (foreignField === undefined) || (localField === undefined && !pipeline)) {
    throw failed("$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified")
  }
  for (const field of [localField, foreignField]) if (field !== undefined) parseFieldPath(field)
  return { from, as: parseFieldPath(as ?? ''), localField, foreignField, bindings, pipeline }
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
