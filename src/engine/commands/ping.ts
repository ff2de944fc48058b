import { commandFields, type Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** Answers, and nothing else. */
export const ping: Command = {
  name: 'ping',
  fields: commandFields({}),
  run: () => reply({}),
}
