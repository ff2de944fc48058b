import { doc, Int32, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import type { Collection } from '../storage/collection.ts'
import type { Update } from '../update/update.ts'
import { toQuery, type Query } from '../writes/match.ts'
import { toUpdate, updateOne, upsertOne } from '../writes/update-one.ts'
import { commandFields, type Command, type CommandContext } from '../request/command.ts'
import { matchesOf } from './delete.ts'
import { decodedDocuments } from '../writes/documents.ts'
import { checkHint } from '../reading/hint.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { Parameters } from '../parameters/parameters.ts'
import { shape } from '../parameters/shape.ts'
import { refuseCollation, refuseFields } from '../request/parameters/refuse.ts'
import { retryWhenUnlocked } from '../request/retry-when-unlocked.ts'
import { reply } from '../request/reply.ts'
import { refuseView } from '../reading/source.ts'
import { runStatements, total, type StatementResult } from '../writes/statements.ts'
import { variablesOf } from '../request/parameters/variables.ts'

/** Updates, replaces and upserts documents. */
export const update: Command = {
  name: 'update',
  fields: commandFields({
    array: ['updates'],
    flag: ['ordered', 'bypassDocumentValidation', 'bypassEmptyTsReplacement'],
    object: ['let'],
  }),
  inTransaction: true,
  async run(context) {
    const name = collectionName(context)
    const statements = decodedDocuments(context, 'updates').map(readStatement)
    const outcome = await runStatements(context, statements.length, (index) =>
      runUpdate(context, name, statements[index] as UpdateStatement),
    )
    const upserted = outcome.results.flatMap(({ index, result }) =>
      result.upserted === undefined ? [] : [doc({ index: new Int32(index), _id: result.upserted as BsonValue })],
    )
    return reply({
      n: total(outcome, 'n'),
      nModified: total(outcome, 'modified'),
      upserted: upserted.length > 0 ? upserted : undefined,
      writeErrors: outcome.errors,
    })
  },
}

interface UpdateStatement {
  readonly filter: BsonDocument
  readonly update: BsonValue
  readonly multi: boolean
  readonly upsert: boolean
  readonly arrayFilters: readonly BsonDocument[] | undefined
  readonly hint: BsonValue | undefined
}

const STATEMENT = shape({
  object: ['q', 'collation'],
  flag: ['multi', 'upsert', 'upsertSupplied'],
  array: ['arrayFilters'],
  any: ['u', 'c', 'hint', 'sampleId', 'sort'],
})

// the shape of all statements is checked before any of them runs
function readStatement(statement: BsonDocument): UpdateStatement {
  const params = new Parameters('update.updates', statement, STATEMENT)
  refuseCollation(statement.get('collation'))
  refuseFields('update', statement.has('sort') ? ['sort'] : [])
  return {
    filter: params.required('q', params.document('q')),
    update: params.required('u', params.value('u')),
    multi: params.flag('multi'),
    upsert: params.flag('upsert'),
    arrayFilters: params.list('arrayFilters', 'object'),
    hint: params.value('hint'),
  }
}

async function runUpdate(context: CommandContext, name: string, statement: UpdateStatement): Promise<StatementResult> {
  const { server, db } = context
  const variables = variablesOf(context)
  const compiled = toUpdate(statement.update, { store: server.store, db, ...variables }, statement)
  const query = toQuery(statement.filter, variables)
  const existing = server.store.find(db, name)
  refuseView(existing)
  checkHint(statement.hint, existing)
  if (existing) {
    const result = await updateMatching(context, existing, query, compiled, statement.multi)
    if (result.n > 0) return result
  }
  if (!statement.upsert) return { n: 0, modified: 0 }
  const collection = server.store.getOrCreate(db, name)
  return retryWhenUnlocked(context, () => {
    const bypass = context.params.flag('bypassDocumentValidation')
    const inserted = upsertOne(server.store, context.unit, collection, compiled, statement.filter, bypass)
    return { n: 1, modified: 0, upserted: inserted.id }
  })
}

async function updateMatching(
  context: CommandContext,
  collection: Collection,
  query: Query,
  compiled: Update,
  multi: boolean,
): Promise<{ n: number; modified: number }> {
  let n = 0
  let modified = 0
  for (const found of matchesOf(query, collection, context, multi ? 0 : 1)) {
    const done = await retryWhenUnlocked(context, () =>
      updateOne(context.unit, collection, query, compiled, found, context.params.flag('bypassDocumentValidation')),
    )
    if (!done) continue
    n++
    if (done.after !== done.before) modified++
  }
  return { n, modified }
}
