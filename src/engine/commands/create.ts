import { isEqual } from '../../bson/compare.ts'
import type { BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { compileFilter } from '../query/filter.ts'
import { compilePipeline } from '../aggregate/pipeline.ts'
import { describeOptions, type CollectionOptions, type ViewDefinition } from '../storage/collection.ts'
import { pipelineContext } from '../reading/source.ts'
import type { Command, CommandContext } from '../request/command.ts'
import type { Parameters } from '../request/parameters/parameters.ts'
import { refuseCollation } from '../request/parameters/refuse.ts'
import { reply } from '../request/reply.ts'
import { checkNamespace } from '../storage/namespace.ts'

/** Kinds of collections that the engine has not. */
const REFUSED = ['timeseries', 'clusteredIndex', 'encryptedFields', 'expireAfterSeconds', 'storageEngine']

/** Creates a collection. @see https://www.mongodb.com/docs/manual/reference/command/create/ */
export const create: Command = {
  name: 'create',
  fields: [
    'capped',
    'size',
    'max',
    'validator',
    'validationLevel',
    'validationAction',
    'changeStreamPreAndPostImages',
    'collation',
    'autoIndexId',
    'idIndex',
    'indexOptionDefaults',
    'viewOn',
    'pipeline',
    'flags',
    ...REFUSED,
  ],
  inTransaction: true,
  run(context) {
    const { params, server, db } = context
    const name = params.string('create') ?? ''
    for (const field of REFUSED) {
      if (params.has(field))
        throw new CommandError('CommandNotSupported', `create with ${field} is not supported by the embedded engine`)
    }
    refuseCollation(params.value('collation'))
    checkNamespace(db, name)
    const view = readView(context)
    const options = view ? { view } : { ...readCapped(params), ...readValidation(params, {}), ...readImages(params) }
    const existing = server.store.find(db, name)
    // what is there already, just so, was created
    if (existing && isEqual(describeOptions(existing.options), describeOptions(options))) return reply({})
    server.store.create(db, name, options)
    return reply({})
  },
}

/** @throws CommandError what compiling the view's pipeline throws */
function readView(context: CommandContext): ViewDefinition | undefined {
  const viewOn = context.params.string('viewOn')
  const pipeline = context.params.documents('pipeline') ?? []
  if (viewOn === undefined) {
    if (context.params.has('pipeline'))
      throw new CommandError('InvalidOptions', "'pipeline' requires 'viewOn' to also be specified")
    return undefined
  }
  checkNamespace(context.db, viewOn)
  compilePipeline(pipeline, { ...pipelineContext(context, viewOn), documents: () => [] })
  return { viewOn, pipeline }
}

function readCapped(params: Parameters): CollectionOptions {
  const size = params.count('size')
  const max = params.count('max')
  if (!params.boolean('capped')) {
    if (size !== undefined || max !== undefined) {
      throw new CommandError(
        'InvalidOptions',
        "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
      )
    }
    return {}
  }
  if (!size) throw new CommandError('InvalidOptions', "the 'size' field is required when 'capped' is true")
  // sizes are rounded up to whole blocks of 256 bytes
  return { capped: { size: Math.max(4096, Math.ceil(size / 256) * 256), ...(max ? { max } : {}) } }
}

/**
 * Reads `validator`, `validationLevel` and `validationAction`, as far as they are given.
 * @throws CommandError BadValue for an unknown level or action, what the filter's compilation throws
 */
export function readValidation(params: Parameters, before: CollectionOptions): CollectionOptions {
  const spec = params.document('validator') ?? before.validator?.spec
  const level = choice(params, 'validationLevel', ['strict', 'moderate', 'off']) ?? before.validator?.level ?? 'strict'
  const action =
    choice(params, 'validationAction', ['error', 'warn', 'errorAndLog']) ?? before.validator?.action ?? 'error'
  if (!spec) return {}
  return { validator: { spec, filter: compileFilter(spec), level, action } }
}

function choice(params: Parameters, field: string, values: readonly string[]): string | undefined {
  const value = params.string(field)
  if (value === undefined || values.includes(value)) return value
  throw new CommandError('BadValue', `Enumeration value '${value}' for field '${field}' is not a valid value.`)
}

/**
 * Reads `changeStreamPreAndPostImages`, if it is given.
 * @throws CommandError 40414, TypeMismatch when it is not `{ enabled: <boolean> }`
 */
export function readImages(params: Parameters): CollectionOptions {
  const images: BsonDocument | undefined = params.document('changeStreamPreAndPostImages')
  if (!images) return {}
  const enabled = images.get('enabled')
  if (enabled === undefined) {
    throw new CommandError(40414, "BSON field 'changeStreamPreAndPostImages.enabled' is missing but a required field")
  }
  if (typeof enabled !== 'boolean') {
    throw params.wrongType('changeStreamPreAndPostImages.enabled', "expected type 'bool'", enabled)
  }
  return { images: enabled }
}
