import { doc, isNumber, toNumber } from '../../bson/values.ts'
import { sizeValue } from '../storage/collection.ts'
import { toQuery } from '../writes/match.ts'
import { commandFields, type Command } from '../request/command.ts'
import { checkHint } from '../reading/hint.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'
import { matching } from '../reading/source.ts'
import { variablesOf } from '../request/parameters/variables.ts'

/** Counts documents. */
export const count: Command = {
  name: 'count',
  fields: commandFields({ object: ['query', 'collation', 'fields', 'let'], number: ['limit', 'skip'], any: ['hint'] }),
  run(context) {
    const { params, server, db } = context
    const name = collectionName(context)
    const collection = server.store.find(db, name)
    checkHint(params.value('hint'), collection)
    const filter = params.document('query') ?? doc({})
    const query = toQuery(filter, variablesOf(context))
    const skip = params.count('skip') ?? 0
    const limit = params.value('limit')
    const most = isNumber(limit) && toNumber(limit) !== 0 ? Math.abs(toNumber(limit)) : Infinity
    let n = 0
    if (collection && filter.size === 0 && !collection.options.view) n = collection.count
    else for (const _ of matching(context, name, query)) if (++n >= skip + most) break
    return reply({ n: sizeValue(Math.max(0, Math.min(n - skip, most))) })
  },
}
