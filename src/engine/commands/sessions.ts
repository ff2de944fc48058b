import { sessionKey } from '../sessions/sessions.ts'
import type { Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** Ends sessions, their transactions and cursors. */
export const endSessions: Command = {
  name: 'endSessions',
  run({ server, params }) {
    for (const lsid of params.array('endSessions') ?? []) {
      const key = sessionKey(lsid)
      server.sessions.end(lsid)
      server.cursors.killWhere((cursor) => cursor.session === key)
    }
    return reply({})
  },
}

/** Ends all sessions. */
export const killAllSessions: Command = {
  name: 'killAllSessions',
  run({ server }) {
    server.sessions.endAll()
    server.cursors.killWhere((cursor) => cursor.session !== undefined)
    return reply({})
  },
}
