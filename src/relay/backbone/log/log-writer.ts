import { isServerRefusal } from './refusal.ts'
import { ANSWER_MS, type Nats } from '../connection.ts'
import type { LogNames } from '../names.ts'
import { type LogMessage, type PlacedMessage, readMessage, writeHeaders } from './message.ts'

/** Where a log ends. */
export interface Tail {
  /** The place of the last message that there ever was. */
  readonly seq: number
  /** The last message; absent where the log has not begun, or all of it has expired. */
  readonly message?: PlacedMessage
}

/** Thrown when somebody else has the place that a message was offered for: what was to follow is to be forgotten. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** Writes to the end of a log, one message at a time. */
export interface LogWriter {
  /** Where the log ends, as the leader of its servers has it. */
  readTail(): Promise<Tail>
  /**
   * Offers a message for the place after `seq`; nothing else is to be offered before this has settled.
   *
   * @returns its place
   * @throws Refused when another message has it
   * @throws Error where it is not known whether it was taken
   */
  append(seq: number, message: LogMessage): Promise<number>
}

/** Writes to a log that there is. */
export function createLogWriter({ jetstream, manager, headers }: Nats, names: LogNames): LogWriter {
  let isAppending = false

  /** Whether there is nothing at places: one that was the leader may have answered that it has nothing there. */
  async function areDeleted(from: number, to: number): Promise<boolean> {
    const { state } = await manager.streams.info(names.stream, { deleted_details: true })
    const deleted = new Set(state.deleted)
    for (let seq = from; seq <= to; seq++) if (!deleted.has(seq)) return false
    return state.last_seq === to
  }

  return {
    async readTail() {
      // the last message may have been deleted: then its place is not the one before the next
      const { state } = await manager.streams.info(names.stream)
      let found = await manager.streams.getMessage(names.stream, { last_by_subj: names.log })
      // before 2.10 servers know no last message then
      for (let seq = state.last_seq; !found && seq > 0 && seq >= state.first_seq; seq--) {
        found = await manager.streams.getMessage(names.stream, { seq })
      }
      const seq = state.last_seq
      const from = Math.max(state.first_seq, (found?.seq ?? 0) + 1)
      if (from <= seq && !(await areDeleted(from, seq))) throw new Error('The servers of the log differ in its end')
      return found ? { seq, message: readMessage(found.seq, found.header, found.data) } : { seq }
    },
    async append(seq, message) {
      // with two under way, one that is taken can follow one that is refused: what is between them would be lost
      if (isAppending) throw new Error('A message is offered while another one is under way')
      isAppending = true
      try {
        const { seq: place } = await jetstream.publish(names.log, message.data, {
          headers: writeHeaders(headers(), message),
          expect: { lastSequence: seq, streamName: names.stream },
          timeout: ANSWER_MS,
        })
        return place
      } catch (cause) {
        throw isServerRefusal(cause) ? new Refused('Somebody else writes to the log', { cause }) : cause
      } finally {
        isAppending = false
      }
    },
  }
}
