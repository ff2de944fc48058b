import { Binary, doc, Int32 } from '../../bson/values.ts'
import { randomUUID } from 'node:crypto'
import { sessionKey } from '../sessions/sessions.ts'
import type { Command, CommandContext } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/**
 * Begins a session; clients may as well make up ids of their own. @see
 * https://www.mongodb.com/docs/manual/reference/command/startSession/
 */
export const startSession: Command = {
  name: 'startSession',
  fields: [],
  run({ server }) {
    const id = doc({ id: new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID) })
    server.sessions.get(id)
    return reply({ id, timeoutMinutes: new Int32(30) })
  },
}

/** Keeps sessions from being forgotten. @see https://www.mongodb.com/docs/manual/reference/command/refreshSessions/ */
export const refreshSessions: Command = {
  name: 'refreshSessions',
  run({ server, params }) {
    for (const lsid of params.array('refreshSessions') ?? []) server.sessions.get(lsid)
    return reply({})
  },
}

/**
 * Ends sessions, their transactions and cursors. @see
 * https://www.mongodb.com/docs/manual/reference/command/endSessions/
 */
export const endSessions: Command = { name: 'endSessions', run: endListed }

/** The same, by an operator. @see https://www.mongodb.com/docs/manual/reference/command/killSessions/ */
export const killSessions: Command = { name: 'killSessions', run: endListed }

function endListed({ server, params }: CommandContext): ReturnType<Command['run']> {
  for (const lsid of params.array([...params.names][0] as string) ?? []) {
    const key = sessionKey(lsid)
    server.sessions.end(lsid)
    server.cursors.killWhere((cursor) => cursor.session === key)
  }
  return reply({})
}

/** Ends all sessions. @see https://www.mongodb.com/docs/manual/reference/command/killAllSessions/ */
export const killAllSessions: Command = {
  name: 'killAllSessions',
  run({ server }) {
    server.sessions.endAll()
    server.cursors.killWhere((cursor) => cursor.session !== undefined)
    return reply({})
  },
}
