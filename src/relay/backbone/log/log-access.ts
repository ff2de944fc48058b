import type { Nats } from '../connection.ts'
import type { LogNames } from '../names.ts'
import { type PlacedMessage, readMessage } from './message.ts'

/** Reads single messages of a log. */
export interface LogAccess {
  /** The first message at a place or after it, as some replica has it; `undefined` where there is none yet. */
  from(seq: number): Promise<PlacedMessage | undefined>
  /** The last message, as some replica has it. */
  last(): Promise<PlacedMessage | undefined>
}

/** Thrown where there is no such log. */
export class NoLog extends Error {
  override readonly name = 'NoLog'
}

/** How long a replica may take before another one is asked as well, in milliseconds, and how often one is asked. */
const AGAIN_MS = 250
const ASKS = 6

/** Reads by direct gets, which need no consumer at the broker. */
export function accessLog({ manager }: Nats, names: LogNames): LogAccess {
  const get = async (query: Parameters<typeof manager.direct.getMessage>[1]) => {
    const found = await askReplicas(() => manager.direct.getMessage(names.stream, query)).catch((error: unknown) => {
      // nothing serves the stream: there is none, or its servers are away
      if (isNoResponders(error)) throw new NoLog('There is no such log', { cause: error })
      throw error
    })
    return found ? readMessage(found.seq, found.header, found.data) : undefined
  }
  return {
    from: (seq) => get({ seq, next_by_subj: names.log }),
    last: () => get({ last_by_subj: names.log }),
  }
}

/**
 * Asks one replica, and others as long as there is no answer: servers pass on what they are asked also to one that has
 * just stopped to answer, for a minute or two, and any of them may be that.
 */
function askReplicas<T>(ask: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let asks = 0
    let again: NodeJS.Timeout | undefined
    const next = () => {
      again = ++asks < ASKS ? setTimeout(next, AGAIN_MS) : undefined
      ask()
        .then(resolve, reject)
        .finally(() => clearTimeout(again))
    }
    next()
  })
}

function isNoResponders(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'NoRespondersError' || isNoResponders(error.cause)
}
