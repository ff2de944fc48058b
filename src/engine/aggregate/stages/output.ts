import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { typeNameOf } from '../../expressions/describe.ts'
import { createScope } from '../../expressions/expression.ts'
import { parseFieldPath } from '../../expressions/field-path.ts'
import { Parameters } from '../../parameters/parameters.ts'
import { shape } from '../../parameters/shape.ts'
import { compileStageExpression, scopeVariables } from '../scope.ts'
import type { PipelineContext, Stage, StageCompiler, UpdatePipelineCompiler } from '../types.ts'
import type { MergeStage, OutStage } from './output-spec.ts'

/** `$out`: the documents take the place of a collection. */
export const compileOut: StageCompiler = (spec, context) => {
  if (typeof spec !== 'string' && !isDocument(spec)) {
    throw new CommandError(16990, `$out only supports a string or object argument, but found ${typeNameOf(spec)}`)
  }
  return writer({ kind: 'out', ...readTarget(spec, context, '$out') }, context)
}

/** `$merge`: the documents are merged into a collection, one by one. */
export const compileMerge: StageCompiler = (spec, context, { update }) => {
  if (typeof spec !== 'string' && !isDocument(spec)) {
    const text = `$merge requires a string or object argument, but found ${typeNameOf(spec)}`
    throw new CommandError(51182, text)
  }
  return writer(readMerge(isDocument(spec) ? spec : new Map([['into', spec]]), context, update), context)
}

function writer(stage: OutStage | MergeStage, context: PipelineContext): Stage {
  if (!context.write) {
    const text = `$${stage.kind} cannot be used here: nothing may be written, as in a transaction`
    throw new CommandError('OperationNotSupportedInTransaction', text)
  }
  return function* (input) {
    context.write?.(stage, [...input])
    yield* []
  }
}

const TARGET = shape({ string: ['db', 'coll'] })

function readTarget(value: BsonValue, context: PipelineContext, name: string): { db: string; collection: string } {
  if (typeof value === 'string') return { db: context.db, collection: assertCollection(value, context.db) }
  if (!isDocument(value)) {
    throw new CommandError(
      51178,
      `${name} 'into' field must be either a string or an object, but found ${typeNameOf(value)}`,
    )
  }
  const params = new Parameters(name, value, TARGET)
  const db = params.string('db') ?? context.db
  return { db, collection: assertCollection(params.required('coll', params.string('coll')), db) }
}

function assertCollection(collection: string, db: string): string {
  if (collection !== '' && !/[$\0]/.test(collection) && !collection.startsWith('system.')) return collection
  throw new CommandError('InvalidNamespace', `Invalid output namespace: ${db}.${collection}`)
}

const MERGE = shape({
  any: ['into', 'on', 'whenMatched', 'whenNotMatched', 'targetCollectionVersion'],
  object: ['let'],
})
const WHEN_MATCHED = ['replace', 'keepExisting', 'merge', 'fail'] as const
const WHEN_NOT_MATCHED = ['insert', 'discard', 'fail'] as const

function readMerge(spec: BsonDocument, context: PipelineContext, compileUpdate: UpdatePipelineCompiler): MergeStage {
  const params = new Parameters('$merge', spec, MERGE)
  const into = params.required('into', params.value('into'))
  const base = {
    kind: 'merge' as const,
    ...readTarget(into, context, '$merge'),
    on: readOn(spec.get('on')),
    whenNotMatched: readMode(spec.get('whenNotMatched') ?? 'insert', 'whenNotMatched', WHEN_NOT_MATCHED),
  }
  const whenMatched = spec.get('whenMatched') ?? 'merge'
  const given = params.document('let')
  if (Array.isArray(whenMatched)) {
    return { ...base, whenMatched: 'pipeline', update: mergePipeline(whenMatched, given, context, compileUpdate) }
  }
  if (given !== undefined) {
    throw new CommandError(51199, "Cannot use 'let' variables with 'whenMatched: " + String(whenMatched) + "' mode")
  }
  const stage = { ...base, whenMatched: readMode(whenMatched, 'whenMatched', WHEN_MATCHED) }
  if (['keepExisting', 'fail'].includes(stage.whenMatched) && stage.whenNotMatched !== 'insert') {
    const modes = `'whenMatched: ${stage.whenMatched}' and 'whenNotMatched: ${stage.whenNotMatched}'`
    throw new CommandError(51181, `Combination of $merge modes ${modes} is not supported`)
  }
  return stage
}

function readOn(value: BsonValue | undefined): readonly string[] {
  if (value === undefined) return ['_id']
  const fields = Array.isArray(value) ? value : [value]
  if (fields.length === 0) {
    throw new CommandError(51187, "If explicitly specifying $merge 'on', must include at least one field")
  }
  const names = fields.filter((field) => typeof field === 'string')
  if (names.length < fields.length) {
    throw new CommandError(51134, "$merge 'on' field must be either a string or an array of strings")
  }
  for (const [position, name] of names.entries()) {
    parseFieldPath(name)
    if (names.indexOf(name) < position) throw new CommandError(31465, `Found a duplicate field '${name}'`)
  }
  return names
}

function readMode<T extends string>(value: BsonValue, field: string, modes: readonly T[]): T {
  const mode = modes.find((known) => known === value)
  if (mode !== undefined) return mode
  if (typeof value === 'string') {
    const text = `Enumeration value '${value}' for field '$merge.${field}' is not a valid value.`
    throw new CommandError('BadValue', text)
  }
  throw new CommandError(
    51191,
    `$merge '${field}' field must be either a string or an array, but found ${typeNameOf(value)}`,
  )
}

/** The function that makes a matched document's new form; `$$new` is the incoming document. */
function mergePipeline(
  stages: readonly BsonValue[],
  given: BsonDocument | undefined,
  context: PipelineContext,
  compileUpdate: UpdatePipelineCompiler,
): NonNullable<MergeStage['update']> {
  const specs: BsonDocument = given ?? new Map([['new', '$$ROOT']])
  const bindings = [...specs].map(([name, spec]) => [name, compileStageExpression(spec, context)] as const)
  const base = scopeVariables(context)
  const compile = (incoming: BsonDocument): ReturnType<UpdatePipelineCompiler> => {
    const scope = createScope(incoming, base)
    const bound = bindings.map(([name, expression]) => [name, expression(scope)] as const)
    const variables = new Map([...context.variables, ...bound])
    return compileUpdate(stages, { ...context, documents: () => [], variables })
  }
  // a pipeline that is wrong is refused before there are documents
  const names = bindings.map(([name]) => [name, null] as const)
  compileUpdate(stages, {
    ...context,
    documents: () => [],
    variables: new Map([...context.variables, ...names]),
  })
  return (existing, incoming) => compile(incoming)(existing)
}
