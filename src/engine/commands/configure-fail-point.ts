import { sizeValue } from '../storage/collection.ts'
import { commandFields, type Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/**
 * Sets a fail point, so that a test can see how its client takes an error. The reply's `count` says how often the fail
 * point has acted so far.
 * @see https://github.com/mongodb/mongo/wiki/The-%22failCommand%22-fail-point
 */
export const configureFailPoint: Command = {
  name: 'configureFailPoint',
  fields: commandFields({ any: ['mode', 'data'] }),
  adminOnly: true,
  run({ server, params }) {
    const name = params.required('configureFailPoint', params.string('configureFailPoint'))
    return reply({ count: sizeValue(server.failPoints.configure(name, params.value('mode'), params.value('data'))) })
  },
}
