import { encodeDocument } from '../../bson/codec/encode.ts'
import { doc, isNumber, toNumber, type BsonDocument } from '../../bson/values.ts'
import { IteratorSource } from '../cursors/batch.ts'
import { compileProjection } from '../query/projection.ts'
import { sortDocuments } from '../sorting/sort.ts'
import type { StoredDocument } from '../storage/stored-document.ts'
import { toQuery, type Query } from '../writes/match.ts'
import { commandFields, type Command, type CommandContext } from '../request/command.ts'
import { cursorReply, DEFAULT_BATCH_SIZE } from '../reading/cursor-reply.ts'
import { checkHint } from '../reading/hint.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { refuseFields } from '../request/parameters/refuse.ts'
import { matching } from '../reading/source.ts'
import { variablesOf } from '../request/parameters/variables.ts'

const UNSUPPORTED_FLAGS = ['tailable', 'awaitData', 'returnKey', 'showRecordId']

/** Finds documents. */
export const find: Command = {
  name: 'find',
  fields: commandFields({
    object: ['filter', 'sort', 'projection', 'min', 'max', 'collation', 'let'],
    number: ['skip', 'limit', 'batchSize'],
    flag: ['singleBatch', 'noCursorTimeout', 'allowPartialResults', 'allowDiskUse', 'readOnce', ...UNSUPPORTED_FLAGS],
    bool: ['oplogReplay'],
    long: ['term'],
    any: ['hint'],
  }),
  inTransaction: true,
  run(context) {
    const { params, db, server } = context
    const name = collectionName(context)
    refuseFields('find', [
      ...UNSUPPORTED_FLAGS.filter((field) => params.flag(field)),
      ...['min', 'max'].filter((field) => params.document(field)?.size),
    ])
    checkHint(params.value('hint'), server.store.find(db, name))
    const documents = results(context, name)
    const batchSize = params.count('batchSize') ?? DEFAULT_BATCH_SIZE
    return cursorReply(context, `${db}.${name}`, new IteratorSource(documents), batchSize, {
      single: params.flag('singleBatch'),
    })
  },
}

/** The encoded result. Everything that can be wrong in the command is found before the first document is. */
function results(context: CommandContext, name: string): Iterable<Buffer> {
  const { params } = context
  const variables = variablesOf(context)
  const query = toQuery(params.document('filter') ?? doc({}), variables)
  const spec = params.document('projection')
  const project = spec && spec.size > 0 ? compileProjection(spec, query.filter, variables) : undefined
  const sort = params.document('sort')
  if (sort) sortDocuments([], withoutNatural(sort))
  // no limit is written as zero, too
  const [skip, limit] = [params.count('skip') ?? 0, params.count('limit') || Infinity]
  return encoded()

  function* encoded(): Generator<Buffer> {
    let at = 0
    for (const stored of sorted(context, name, query, sort)) {
      if (at++ < skip) continue
      yield project ? encodeDocument(project(stored.document)) : stored.bytes
      if (at - skip === limit) return
    }
  }
}

function withoutNatural(sort: BsonDocument): BsonDocument {
  return sort.has('$natural') ? doc({}) : sort
}

function* sorted(
  context: CommandContext,
  name: string,
  query: Query,
  sort: BsonDocument | undefined,
): Generator<StoredDocument> {
  const natural = sort?.get('$natural')
  if (!sort || sort.size === 0 || (isNumber(natural) && toNumber(natural) > 0))
    return yield* matching(context, name, query)
  const all = [...matching(context, name, query)]
  if (natural !== undefined) return yield* all.reverse()
  const byDocument = new Map(all.map((stored) => [stored.document, stored]))
  for (const document of sortDocuments([...byDocument.keys()], sort)) yield byDocument.get(document) as StoredDocument
}
