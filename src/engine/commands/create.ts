import { isEqual } from '../../bson/compare.ts'
import { CommandError } from '../../bson/command-error.ts'
import { compileFilter } from '../query/filter.ts'
import { compilePipeline } from '../aggregate/pipeline.ts'
import { describeOptions, type CollectionOptions, type ViewDefinition } from '../storage/collection.ts'
import { pipelineContext } from '../reading/source.ts'
import { commandFields, type Command, type CommandContext } from '../request/command.ts'
import { Parameters } from '../parameters/parameters.ts'
import { shape } from '../parameters/shape.ts'
import { refuseFields } from '../request/parameters/refuse.ts'
import { reply } from '../request/reply.ts'
import { checkNamespace } from '../storage/namespace.ts'

/** Kinds of collections that the engine has not. */
const REFUSED = ['timeseries', 'clusteredIndex', 'encryptedFields', 'expireAfterSeconds', 'storageEngine']

/** Creates a collection. */
export const create: Command = {
  name: 'create',
  fields: commandFields({
    flag: ['capped'],
    number: ['size', 'max'],
    object: ['validator', 'changeStreamPreAndPostImages', 'collation', 'idIndex'],
    string: ['validationLevel', 'validationAction', 'viewOn'],
    array: ['pipeline'],
    any: ['autoIndexId', 'indexOptionDefaults', 'flags', ...REFUSED],
  }),
  inTransaction: true,
  run(context) {
    const { params, server, db } = context
    const name = params.string('create') ?? ''
    refuseFields(
      'create',
      REFUSED.filter((field) => params.has(field)),
    )
    checkNamespace(db, name)
    const view = readView(context)
    const own = view ? { view } : { ...readCapped(params), ...readValidation(params, {}), ...readImages(params) }
    const options = server.store.withDefaults(own)
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
  const pipeline = context.params.list('pipeline', 'object') ?? []
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
  const level = params.oneOf('validationLevel', ['strict', 'moderate', 'off']) ?? before.validator?.level ?? 'strict'
  const action =
    params.oneOf('validationAction', ['error', 'warn', 'errorAndLog']) ?? before.validator?.action ?? 'error'
  if (!spec) return {}
  return { validator: { spec, filter: compileFilter(spec), level, action } }
}

/**
 * Reads `changeStreamPreAndPostImages`, if it is given.
 * @throws CommandError 40414, TypeMismatch when it is not `{ enabled: <boolean> }`
 */
export function readImages(params: Parameters): CollectionOptions {
  const images = params.document('changeStreamPreAndPostImages')
  if (!images) return {}
  const given = new Parameters('changeStreamPreAndPostImages', images, shape({ bool: ['enabled'] }))
  return { images: given.required('enabled', given.boolean('enabled')) }
}
