import type { Command } from '../dispatch/command.ts'
import { reply } from '../dispatch/reply.ts'

/** Answers, and nothing else. */
export const ping: Command = {
  name: 'ping',
  fields: [],
  run: () => reply({}),
}
