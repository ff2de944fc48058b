import { Long } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { ChangeStream } from '../streams/change-stream.ts'
import { MAX_AWAIT_MS } from '../reading/await-limit.ts'
import { commandFields, type Command } from '../request/command.ts'
import { batchReply } from '../reading/cursor-reply.ts'
import { asStreamError } from '../request/error-labels.ts'

/** The next batch of a cursor. */
export const getMore: Command = {
  name: 'getMore',
  fields: commandFields({
    string: ['collection'],
    number: ['batchSize'],
    long: ['term'],
    any: ['lastKnownCommittedOpTime'],
  }),
  inTransaction: true,
  async run(context) {
    const { server, connection, params, db, signal, unit, inTransaction } = context
    const id = params.required('getMore', params.long('getMore'))
    const collection = params.required('collection', params.string('collection'))
    const cursor = server.cursors.peek(id)
    if (!cursor) throw new CommandError('CursorNotFound', `cursor id ${id.toString()} not found`)
    const namespace = `${db}.${collection}`
    if (cursor.namespace !== namespace) {
      throw new CommandError(
        'Unauthorized',
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      )
    }
    if (cursor.transaction !== (inTransaction ? unit : undefined)) {
      throw new CommandError(
        50740,
        'Cannot run getMore on a cursor that was opened in another transaction, or outside of it',
      )
    }
    const batchSize = params.count('batchSize')
    const maxTimeMs = params.milliseconds('maxTimeMS')
    const limits = {
      ...(batchSize ? { documents: batchSize } : {}),
      ...(maxTimeMs === undefined ? {} : { maxTimeMs: Math.min(maxTimeMs, MAX_AWAIT_MS) }),
    }
    const checkedOut = () => server.failPoints.afterCheckout(connection, namespace)
    const batch = await server.cursors.next(id, limits, signal, checkedOut).catch((error: unknown) => {
      throw cursor.source instanceof ChangeStream ? asStreamError(error) : error
    })
    return batchReply('nextBatch', batch, batch.done ? Long.ZERO : id, namespace)
  },
}
