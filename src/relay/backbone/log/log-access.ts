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

/** Reads by direct gets, which need no consumer at the broker. */
export function accessLog({ manager }: Nats, names: LogNames): LogAccess {
  const get = async (query: Parameters<typeof manager.direct.getMessage>[1]) => {
    const found = await manager.direct.getMessage(names.stream, query).catch((error: unknown) => {
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

function isNoResponders(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'NoRespondersError' || isNoResponders(error.cause)
}
