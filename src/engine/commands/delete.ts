import { isNumber, toNumber, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { StoredDocument } from '../storage/stored-document.ts'
import type { Collection } from '../storage/collection.ts'
import { toQuery, type Query } from '../writes/match.ts'
import { variablesOf } from '../request/parameters/variables.ts'
import { commandFields, type Command, type CommandContext } from '../request/command.ts'
import { decodedDocuments } from '../writes/documents.ts'
import { checkHint } from '../reading/hint.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { Parameters } from '../parameters/parameters.ts'
import { shape } from '../parameters/shape.ts'
import { refuseCollation } from '../request/parameters/refuse.ts'
import { retryWhenUnlocked } from '../request/retry-when-unlocked.ts'
import { reply } from '../request/reply.ts'
import { refuseView } from '../reading/source.ts'
import { runStatements, total, type StatementResult } from '../writes/statements.ts'

/** Deletes documents. */
export const deleteCommand: Command = {
  name: 'delete',
  fields: commandFields({ array: ['deletes'], flag: ['ordered'], object: ['let', 'collation'], any: ['hint'] }),
  inTransaction: true,
  async run(context) {
    const name = collectionName(context)
    const statements = decodedDocuments(context, 'deletes').map(readStatement)
    const outcome = await runStatements(context, statements.length, (index) =>
      deleteMatching(context, name, statements[index] as DeleteStatement),
    )
    return reply({ n: total(outcome, 'n'), writeErrors: outcome.errors })
  },
}

const STATEMENT = shape({ object: ['q', 'collation'], any: ['limit', 'hint', 'sampleId'] })

interface DeleteStatement {
  readonly filter: BsonDocument
  readonly limit: 0 | 1
  readonly hint: BsonValue | undefined
}

// the shape of all statements is checked before any of them runs
function readStatement(statement: BsonDocument): DeleteStatement {
  const params = new Parameters('delete.deletes', statement, STATEMENT)
  const filter = params.required('q', params.document('q'))
  const limit = params.required('limit', params.value('limit'))
  const number = isNumber(limit) ? toNumber(limit) : NaN
  if (number !== 0 && number !== 1) {
    const got = isNumber(limit) ? limit.toString() : 'another type'
    throw new CommandError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${got}`)
  }
  refuseCollation(statement.get('collation'))
  return { filter, limit: number, hint: statement.get('hint') }
}

async function deleteMatching(
  context: CommandContext,
  name: string,
  statement: DeleteStatement,
): Promise<StatementResult> {
  const query = toQuery(statement.filter, variablesOf(context))
  const collection = context.server.store.find(context.db, name)
  if (!collection) return { n: 0 }
  refuseView(collection)
  checkHint(statement.hint, collection)
  let n = 0
  for (const stored of matchesOf(query, collection, context, statement.limit)) {
    if (await retryWhenUnlocked(context, () => removeOne(context, collection, query, stored))) n++
  }
  return { n }
}

/** The documents to change, found before the first of them is: changing them must not lead to new ones. */
export function matchesOf(
  query: Query,
  collection: Collection,
  { view }: CommandContext,
  limit: 0 | 1,
): readonly StoredDocument[] {
  const found = query.find(collection, view)
  if (limit === 0) return [...found]
  const first = found.next()
  return first.done ? [] : [first.value]
}

/** Removes a document, if it still matches. */
export function removeOne(
  { unit, view }: CommandContext,
  collection: Collection,
  query: Query,
  found: StoredDocument,
): StoredDocument | undefined {
  const before = view.get(collection, found.key)
  if (!before || (before !== found && !query.filter.matches(before.document))) return undefined
  const next = StoredDocument.tombstone(before.id, before.key)
  unit.write({ collection, next, before, change: { kind: 'delete', id: before.id } })
  return before
}
