import { commandFields, type Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** Closes cursors, and ends waits on them. */
export const killCursors: Command = {
  name: 'killCursors',
  fields: commandFields({ array: ['cursors'] }),
  inTransaction: true,
  run({ server, params }) {
    const ids = params.required('cursors', params.list('cursors', 'long'))
    const killed = ids.filter((id) => server.cursors.kill(id))
    return reply({
      cursorsKilled: killed,
      cursorsNotFound: ids.filter((id) => !killed.includes(id)),
      cursorsAlive: [],
      cursorsUnknown: [],
    })
  },
}
