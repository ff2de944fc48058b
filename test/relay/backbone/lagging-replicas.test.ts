import { headers } from '@nats-io/transport-node'
import { describe, expect, it } from 'vitest'
import type { Nats } from '../../../src/relay/backbone/connection.ts'
import type { LogAccess } from '../../../src/relay/backbone/log/log-access.ts'
import { createLogWriter } from '../../../src/relay/backbone/log/log-writer.ts'
import { type PlacedMessage, writeHeaders } from '../../../src/relay/backbone/log/message.ts'
import { loggedStream, namesOf } from '../../../src/relay/backbone/names.ts'
import { Passing } from '../../../src/relay/backbone/passing.ts'
import { locate } from '../../../src/relay/backbone/read/locate.ts'
import { fromTokenString } from '../../../src/relay/changes/tokens/resume-token.ts'
import { IMAGES } from './faults/logs.ts'

const NAMES = namesOf('b', loggedStream({ scope: { db: 'd', coll: 'c' }, ...IMAGES }))

const tokenOf = (n: number) => `82${n.toString(16).padStart(8, '0')}`

function messageAt(seq: number): PlacedMessage {
  const bare = { data: new Uint8Array(), count: 0, part: 1, parts: 1, whole: '' }
  return { ...bare, seq, kind: 'idle', before: tokenOf(seq - 1), last: tokenOf(seq) }
}

describe('a position in a log whose replicas differ in how far they are', () => {
  /** Serves each get by the next replica in turn; each has as many messages as is said. */
  const access = (...ends: readonly number[]): LogAccess => {
    let gets = 0
    const end = () => ends[gets++ % ends.length] ?? 0
    const at = (seq: number, last: number) => Promise.resolve(seq > last ? undefined : messageAt(Math.max(1, seq)))
    return {
      from: (seq) => at(seq, end()),
      last: () => {
        const last = end()
        return at(last, last)
      },
    }
  }

  it('is not looked for at the end because a replica has not got there yet', async () => {
    const position = { after: fromTokenString(tokenOf(70)) }
    await expect(locate(access(100), messageAt(1), position)).resolves.toEqual({ type: 'at', seq: 70 })
    await expect(locate(access(100, 40), messageAt(1), position)).rejects.toThrow(Passing)
  })
})

describe('the end of a log', () => {
  /** What was the leader of the log's servers answers, too, until it learns that it is none. */
  const tailOf = (last: { readonly info: number; readonly message?: number; readonly deleted?: number[] }) => {
    const { message: seq } = last
    const manager = {
      streams: {
        info: (_: string, options?: { readonly deleted_details?: boolean }) =>
          Promise.resolve({
            state: {
              first_seq: Math.min(1, last.info),
              last_seq: last.info,
              ...(options?.deleted_details && { deleted: last.deleted }),
            },
          }),
        getMessage: () => {
          if (seq === undefined) return Promise.resolve(null)
          const message = messageAt(seq)
          return Promise.resolve({ seq, header: writeHeaders(headers(), message), data: message.data })
        },
      },
    }
    return createLogWriter({ manager, headers } as unknown as Nats, NAMES).readTail()
  }

  it('is nowhere before there is a message', async () => {
    await expect(tailOf({ info: 0 })).resolves.toEqual({ seq: 0 })
  })

  it('is the last message, also where those after it have been deleted', async () => {
    await expect(tailOf({ info: 9, message: 9 })).resolves.toMatchObject({ seq: 9, message: { seq: 9 } })
    await expect(tailOf({ info: 9, message: 7, deleted: [3, 8, 9] })).resolves.toMatchObject({
      seq: 9,
      message: { seq: 7 },
    })
  })

  it('is not taken from two servers of which one lacks messages', async () => {
    await expect(tailOf({ info: 9, message: 7, deleted: [3] })).rejects.toThrow('differ')
    // the place after that is taken, which the next message shows
    await expect(tailOf({ info: 7, message: 9 })).resolves.toMatchObject({ seq: 7 })
  })
})
