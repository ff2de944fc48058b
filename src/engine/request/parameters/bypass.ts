import type { CommandContext } from '../command.ts'

/** Whether the command asks to pass by the validator. */
export function bypassOf({ params }: CommandContext): boolean {
  return params.boolean('bypassDocumentValidation') ?? false
}
