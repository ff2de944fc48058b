import { encodeDocument } from '../../bson/codec/encode.ts'
import { MAX_DOCUMENT_BYTES } from '../../bson/types.ts'
import { doc, type BsonValue, type BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { toQuery } from '../writes/match.ts'
import { commandFields, type Command } from '../request/command.ts'
import { checkHint } from '../reading/hint.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'
import { matching } from '../reading/source.ts'
import { variablesOf } from '../request/parameters/variables.ts'
import { toKey } from '../../bson/key.ts'
import { parsePath, visitPath } from '../../bson/query/path.ts'

/** The distinct values of a field. */
export const distinct: Command = {
  name: 'distinct',
  fields: commandFields({ string: ['key'], object: ['query', 'collation'], any: ['hint'] }),
  inTransaction: true,
  run(context) {
    const { params, db, server } = context
    const name = collectionName(context)
    checkHint(params.value('hint'), server.store.find(db, name))
    const key = params.required('key', params.string('key'))
    const query = toQuery(params.document('query') ?? doc({}), variablesOf(context))
    const documents = [...matching(context, name, query)].map((stored) => stored.document)
    const values = distinctValues(documents, key)
    checkSize(values)
    return reply({ values })
  },
}

/** What the reply must have room for beside the values. */
const RESERVED_BYTES = 1024

function checkSize(values: BsonValue[]): void {
  if (encodeDocument(doc({ values })).length + RESERVED_BYTES <= MAX_DOCUMENT_BYTES) return
  throw new CommandError(17217, 'distinct too big, 16mb cap')
}

/**
 * The distinct values at a path, in the order in which they first appear. Arrays count by their elements; missing
 * fields do not count, and neither do empty arrays. Cost: one pass, memory for the values found.
 */
export function distinctValues(documents: Iterable<BsonDocument>, path: string): BsonValue[] {
  const parts = parsePath(path)
  const found = new Map<string, BsonValue>()
  const add = (value: BsonValue): void => {
    const key = toKey(value)
    if (!found.has(key)) found.set(key, value)
  }
  for (const document of documents) {
    visitPath(document, parts, 'whole', (value) => {
      if (Array.isArray(value)) value.forEach(add)
      else if (value !== undefined) add(value)
      return false
    })
  }
  return [...found.values()]
}
