import type { Command } from './command.ts'
import { reply } from './reply.ts'

/** Answers, and nothing else. */
export const ping: Command = {
  name: 'ping',
  fields: [],
  run: () => reply({}),
}
