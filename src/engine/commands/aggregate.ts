import { encodeDocument } from '../../bson/codec/encode.ts'
import { isDocument, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { compilePipeline } from '../aggregate/pipeline.ts'
import { IteratorSource } from '../cursors/batch.ts'
import { CommandError } from '../../bson/command-error.ts'
import { toQuery } from '../writes/match.ts'
import { collectionStatistics } from '../reading/collection-statistics-stage.ts'
import { openChangeStream } from '../reading/change-stream.ts'
import { commandFields, type Command, type CommandContext } from '../request/command.ts'
import { currentOperations } from '../reading/current-op-stage.ts'
import { cursorReply, DEFAULT_BATCH_SIZE, readBatchSize } from '../reading/cursor-reply.ts'
import { explainAggregate } from './explain.ts'
import { checkHint } from '../reading/hint.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { documentsOf, matching, pipelineContext } from '../reading/source.ts'
import { variablesOf } from '../request/parameters/variables.ts'

/** Runs an aggregation pipeline or opens a change stream. */
export const aggregate: Command = {
  name: 'aggregate',
  fields: commandFields({
    array: ['pipeline'],
    object: ['cursor', 'collation', 'let'],
    flag: ['explain', 'allowDiskUse', 'bypassDocumentValidation'],
    any: ['hint'],
  }),
  inTransaction: true,
  run(context) {
    const { params, db, server } = context
    const coll = target(context)
    const stages = params.required('pipeline', params.array('pipeline'))
    checkHint(params.value('hint'), coll === undefined ? undefined : server.store.find(db, coll))
    if (params.boolean('explain')) return explainAggregate(context, coll, stages)
    if (!params.document('cursor')) {
      throw new CommandError(
        'FailedToParse',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      )
    }
    const batchSize = readBatchSize(context, 'aggregate') ?? DEFAULT_BATCH_SIZE
    const [first] = stages
    if (isDocument(first) && first.has('$changeStream')) return openChangeStream(context, coll, stages, batchSize)
    const namespace = `${db}.${coll ?? '$cmd.aggregate'}`
    return cursorReply(context, namespace, new IteratorSource(results(context, coll, stages)), batchSize)
  },
}

/** The collection; undefined for an aggregate on the database. */
function target(context: CommandContext): string | undefined {
  const value = context.params.value('aggregate')
  if (!isNumber(value)) return collectionName(context)
  if (toNumber(value) === 1) return undefined
  throw new CommandError(
    'FailedToParse',
    "Invalid command format: the 'aggregate' field must specify a collection name or 1",
  )
}

function results(context: CommandContext, coll: string | undefined, stages: readonly BsonValue[]): Iterable<Buffer> {
  const ofServer = serverDocuments(context, coll, stages[0])
  if (ofServer) return encoded(compilePipeline(stages, pipelineContext(context, coll), 'source is read')(ofServer))
  const pipeline = compilePipeline(stages, pipelineContext(context, coll))
  const input = coll === undefined ? [] : inputOf(context, coll, stages)
  return encoded(pipeline(input))
}

/** The documents of a first stage that is about the server; undefined for any other one. */
function serverDocuments(
  context: CommandContext,
  coll: string | undefined,
  first: BsonValue | undefined,
): Iterable<BsonDocument> | undefined {
  if (!isDocument(first) || first.size !== 1) return undefined
  const operations = first.get('$currentOp')
  if (operations !== undefined) return currentOperations(context, coll, operations)
  const statistics = first.get('$collStats')
  if (coll === undefined || statistics === undefined) return undefined
  return [collectionStatistics(context, coll, statistics)]
}

function* encoded(documents: Iterable<BsonDocument>): Generator<Buffer> {
  for (const document of documents) yield encodeDocument(document)
}

/** The documents that enter the pipeline. A leading `$match` also finds them: by `_id` or an index where it can. */
function* inputOf(context: CommandContext, coll: string, stages: readonly BsonValue[]): Generator<BsonDocument> {
  const [first] = stages
  const match = isDocument(first) ? first.get('$match') : undefined
  if (!isDocument(match)) return yield* documentsOf(context, coll)
  for (const { document } of matching(context, coll, toQuery(match, variablesOf(context)))) yield document
}
