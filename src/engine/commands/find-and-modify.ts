import { type Encodable, encodeDocument, RawDocument } from '../../bson/codec/encode.ts'
import { doc, Int32 } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { compileProjection } from '../query/projection.ts'
import { compileSort } from '../sorting/sort.ts'
import type { Collection } from '../storage/collection.ts'
import type { StoredDocument } from '../storage/stored-document.ts'
import { toQuery, type Query } from '../writes/match.ts'
import { toUpdate, updateOne, upsertOne } from '../writes/update-one.ts'
import { commandFields, type Command, type CommandContext, type Reply } from '../request/command.ts'
import { matchesOf, removeOne } from './delete.ts'
import { checkHint } from '../reading/hint.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { retryWhenUnlocked } from '../request/retry-when-unlocked.ts'
import { reply } from '../request/reply.ts'
import { refuseView } from '../reading/source.ts'
import { variablesOf } from '../request/parameters/variables.ts'

/** Changes or removes one document and gives it back. */
export const findAndModify: Command = {
  name: 'findAndModify',
  aliases: ['findandmodify'],
  fields: commandFields({
    object: ['query', 'sort', 'fields', 'collation', 'let'],
    flag: ['remove', 'new', 'upsert', 'bypassDocumentValidation'],
    array: ['arrayFilters'],
    any: ['update', 'hint'],
  }),
  inTransaction: true,
  async run(context) {
    const { session, params, inTransaction } = context
    const retryable = session && !inTransaction && params.has('txnNumber') ? session : undefined
    if (retryable?.reply) return retryable.reply
    const answer = await findAndChange(context, collectionName(context))
    if (retryable) retryable.reply = answer
    return answer
  },
}

async function findAndChange(context: CommandContext, name: string): Promise<Reply> {
  const { server, db, params } = context
  const removes = params.flag('remove')
  const spec = params.value('update')
  const upserts = params.flag('upsert')
  if (removes === (spec !== undefined)) {
    throw new CommandError(
      'FailedToParse',
      removes ? 'Cannot specify both an update and remove=true' : 'Either an update or remove=true must be specified',
    )
  }
  if (removes && upserts) throw new CommandError('FailedToParse', 'Cannot specify both upsert=true and remove=true')
  const returnsNew = params.flag('new')
  if (removes && returnsNew) {
    throw new CommandError(
      'FailedToParse',
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    )
  }
  const variables = variablesOf(context)
  const filter = params.document('query') ?? doc({})
  const query = toQuery(filter, variables)
  refuseView(server.store.find(db, name))
  checkHint(params.value('hint'), server.store.find(db, name))
  const project = projector(context, query)
  if (spec === undefined) return remove(context, server.store.find(db, name), query, project)
  const update = toUpdate(
    spec,
    { store: server.store, db, ...variables },
    { arrayFilters: params.list('arrayFilters', 'object') },
  )
  const existing = server.store.find(db, name)
  for (const found of existing ? firstMatch(context, existing, query) : []) {
    // what is given back is made before the write: a projection that fails must leave the document as it was
    let given: Encodable = null
    const done = await retryWhenUnlocked(context, () =>
      updateOne(
        context.unit,
        existing as Collection,
        query,
        update,
        found,
        context.params.flag('bypassDocumentValidation'),
        ({ before, after }) => {
          given = project(returnsNew ? after : before)
        },
      ),
    )
    if (done) return changed(given, { updatedExisting: true })
  }
  if (!upserts) return changed(null, { n: 0, updatedExisting: false })
  const collection = server.store.getOrCreate(db, name)
  let given: Encodable = null
  const inserted = await retryWhenUnlocked(context, () =>
    upsertOne(
      server.store,
      context.unit,
      collection,
      update,
      filter,
      context.params.flag('bypassDocumentValidation'),
      (made) => {
        if (returnsNew) given = project(made)
      },
    ),
  )
  return changed(given, { updatedExisting: false, upserted: inserted.id })
}

async function remove(
  context: CommandContext,
  collection: Collection | undefined,
  query: Query,
  project: (stored: StoredDocument) => Encodable,
): Promise<Reply> {
  for (const found of collection ? firstMatch(context, collection, query) : []) {
    const removed = await retryWhenUnlocked(context, () => {
      const given = project(context.view.get(collection as Collection, found.key) ?? found)
      return removeOne(context, collection as Collection, query, found) && { given }
    })
    if (removed) return changed(removed.given, {})
  }
  return changed(null, { n: 0 })
}

function firstMatch(context: CommandContext, collection: Collection, query: Query): readonly StoredDocument[] {
  const sort = context.params.document('sort')
  if (!sort || sort.size === 0) return matchesOf(query, collection, context, 1)
  const order = compileSort(sort)
  const [first] = matchesOf(query, collection, context, 0).toSorted((a, b) => order(a.document, b.document))
  return first ? [first] : []
}

function projector({ params }: CommandContext, query: Query): (stored: StoredDocument) => Encodable {
  const fields = params.document('fields')
  if (!fields || fields.size === 0) return (stored) => new RawDocument(stored.bytes)
  const project = compileProjection(fields, query.filter)
  return (stored) => new RawDocument(encodeDocument(project(stored.document)))
}

function changed(value: Encodable, what: { n?: number; updatedExisting?: boolean; upserted?: Encodable }): Reply {
  const { n = 1, updatedExisting, upserted } = what
  return reply({ lastErrorObject: reply({ n: new Int32(n), updatedExisting, upserted }), value })
}
