import { doc } from '../bson/values.ts'
import { distinctValues } from '../query/distinct.ts'
import { toQuery } from '../writes/match.ts'
import type { Command } from './command.ts'
import { collectionName } from './namespace.ts'
import { refuseCollation } from './refuse.ts'
import { reply } from './reply.ts'
import { matching } from './source.ts'
import { variablesOf } from './variables.ts'

/** The distinct values of a field. @see https://www.mongodb.com/docs/manual/reference/command/distinct/ */
export const distinct: Command = {
  name: 'distinct',
  fields: ['key', 'query', 'collation', 'hint'],
  inTransaction: true,
  run(context) {
    const { params } = context
    const name = collectionName(context, 'distinct')
    refuseCollation(params.value('collation'))
    const key = params.required('key', params.string('key'))
    const query = toQuery(params.document('query') ?? doc({}), variablesOf(context))
    const documents = [...matching(context, name, query)].map((stored) => stored.document)
    return reply({ values: distinctValues(documents, key) })
  },
}
