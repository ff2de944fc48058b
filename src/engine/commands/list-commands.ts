import { doc } from '../../bson/values.ts'
import type { Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/**
 * Lists commands by name. Given the list as a function, because this command stands in it.
 * @see https://www.mongodb.com/docs/manual/reference/command/listCommands/
 */
export function listCommands(all: () => readonly Command[]): Command {
  return {
    name: 'listCommands',
    fields: [],
    run: () =>
      reply({
        commands: new Map(
          all().map(({ name, aliases = [], adminOnly = false }) => [
            name,
            doc({
              help: '',
              aliases: [...aliases],
              requiresAuth: false,
              secondaryOk: true,
              adminOnly,
              apiVersions: [],
            }),
          ]),
        ),
      }),
  }
}
