import type { Command } from '../dispatch/command.ts'
import { reply } from '../dispatch/reply.ts'

/** The users of a database: none, because the engine has no authentication. */
export const usersInfo: Command = { name: 'usersInfo', run: () => reply({ users: [] }) }

/** The roles of a database: none. */
export const rolesInfo: Command = { name: 'rolesInfo', run: () => reply({ roles: [] }) }
