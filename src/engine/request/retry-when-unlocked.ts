import { CommandError } from '../../bson/command-error.ts'
import { Locked } from '../storage/write-unit.ts'
import type { CommandContext } from './command.ts'

/**
 * Runs something again when it met a document or collection that an open transaction holds, once that has ended. What
 * is run must not have changed anything when it throws {@link Locked}.
 * @throws CommandError MaxTimeMSExpired after the command's `maxTimeMS`
 */
export async function retryWhenUnlocked<T>(context: CommandContext, attempt: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Locked)) throw error
      await waitFor(error.released, context)
    }
  }
}

async function waitFor(released: Promise<void>, { params, signal }: CommandContext): Promise<void> {
  const limit = params.milliseconds('maxTimeMS')
  let timer: NodeJS.Timeout | undefined
  let giveUp: (() => void) | undefined
  const expired = new Promise<never>((_, reject) => {
    if (limit) {
      timer = setTimeout(() => reject(new CommandError('MaxTimeMSExpired', 'operation exceeded time limit')), limit)
    }
    giveUp = () => reject(new CommandError('Interrupted', 'operation was interrupted'))
    signal.addEventListener('abort', giveUp)
  })
  try {
    await Promise.race([released, expired])
  } finally {
    clearTimeout(timer)
    if (giveUp) signal.removeEventListener('abort', giveUp)
  }
}
