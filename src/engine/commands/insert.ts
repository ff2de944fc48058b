import { toStored } from '../writes/prepare.ts'
import { validate } from '../writes/validate.ts'
import { commandFields, type Command, type CommandContext } from '../request/command.ts'
import { encodedDocuments } from '../writes/documents.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { retryWhenUnlocked } from '../request/retry-when-unlocked.ts'
import { reply } from '../request/reply.ts'
import { runStatements, total, type StatementResult } from '../writes/statements.ts'

/** Inserts documents. */
export const insert: Command = {
  name: 'insert',
  fields: commandFields({
    array: ['documents'],
    flag: ['ordered', 'bypassDocumentValidation', 'bypassEmptyTsReplacement'],
  }),
  inTransaction: true,
  async run(context) {
    const name = collectionName(context)
    const documents = encodedDocuments(context, 'documents')
    const outcome = await runStatements(context, documents.length, (index) =>
      retryWhenUnlocked(context, () => insertOne(context, name, documents[index] as Buffer)),
    )
    return reply({ n: total(outcome, 'n'), writeErrors: outcome.errors })
  },
}

function insertOne({ server, db, unit, params }: CommandContext, name: string, bytes: Buffer): StatementResult {
  const next = toStored(bytes, () => server.store.oplog.tick())
  const collection = server.store.getOrCreate(db, name)
  validate(collection, next.document, params.flag('bypassDocumentValidation'))
  unit.write({ collection, next, change: { kind: 'insert', id: next.id, after: next.bytes } })
  return { n: 1 }
}
