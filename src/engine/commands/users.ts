import type { Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** The users of a database: none, because the engine has no authentication. */
export const usersInfo: Command = { name: 'usersInfo', run: () => reply({ users: [] }) }

/** The roles of a database: none. */
export const rolesInfo: Command = { name: 'rolesInfo', run: () => reply({ roles: [] }) }
