import { BSON } from 'bson'
import { describe, expect, it } from 'vitest'
import { logConfig } from '../../../src/relay/backbone/log/log-config.ts'
import { createLogWriter, Refused } from '../../../src/relay/backbone/log/log-writer.ts'
import { bareMessage, type LogMessage, writeHeaders } from '../../../src/relay/backbone/log/message.ts'
import { createPendingChanges } from '../../../src/relay/backbone/log/write-events.ts'
import { loggedStream } from '../../../src/relay/backbone/names.ts'
import type { Change } from '../../../src/relay/changes/change.ts'
import { toChange } from '../../../src/relay/changes/to-change.ts'
import { useBackbone } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { IMAGES, isChained, namesFor, readLog, tokensIn } from './faults/logs.ts'

const LIMITS = { replicas: 1, maxBytes: 10_000_000, maxAgeMs: 60_000 }

const token = (n: number) => `82${n.toString(16).padStart(16, '0').toUpperCase()}2B042C0100296E04`
const [a, b, c, d] = [1, 2, 3, 4].map((n) => toChange(BSON.serialize({ _id: { _data: token(n) } }))) as [
  Change,
  Change,
  Change,
  Change,
]

/** The message that holds some changes, after a token. */
function messageOf(before: string, ...changes: Change[]): LogMessage {
  const pending = createPendingChanges(1_000_000)
  pending.push(changes)
  return pending.take(before)[0] as LogMessage
}

describe.runIf(hasNatsServer)('two who write one log', () => {
  const backbone = useBackbone()

  async function begun() {
    const nats = await backbone.connect()
    const names = namesFor(backbone.name, 'd')
    const description = { stream: loggedStream({ scope: { db: 'd', coll: 'c' }, ...IMAGES }), deployment: 'one' }
    await nats.manager.streams.add(logConfig(names, description, LIMITS) as { name: string })
    const origin = await createLogWriter(nats, names).append(0, bareMessage('origin', '', token(0)))
    return { nats, names, origin }
  }

  it('lose nothing, because one whose message is refused offers no other one after it', async () => {
    const { nats, names, origin } = await begun()
    const [zombie, leader] = [createLogWriter(nats, names), createLogWriter(nats, names)]
    // it has read less when it writes
    await leader.append(origin, messageOf(token(0), a))
    const offered = zombie.append(origin, messageOf(token(0), a, b))
    await expect(zombie.append(origin + 1, messageOf(b.resumeToken, c, d))).rejects.toThrow('another one is under way')
    await expect(offered).rejects.toThrow(Refused)
    const { seq, message } = await zombie.readTail()
    await zombie.append(seq, messageOf(message?.last ?? '', b, c, d))
    const messages = await readLog(nats, names)
    expect(tokensIn(messages)).toEqual([a, b, c, d].map(({ resumeToken }) => resumeToken))
    expect(isChained(messages)).toBe(true)
  })

  it('would lose events if one did not wait for the answer, which is seen', async () => {
    const { nats, names, origin } = await begun()
    await createLogWriter(nats, names).append(origin, messageOf(token(0), a))
    // what a writer would do that has several messages under way
    const offer = (seq: number, message: LogMessage) =>
      nats.jetstream.publish(names.log, message.data, {
        headers: writeHeaders(nats.headers(), message),
        expect: { lastSequence: seq, streamName: names.stream },
      })
    const offered = [offer(origin, messageOf(token(0), a, b)), offer(origin + 1, messageOf(b.resumeToken, c, d))]
    expect((await Promise.allSettled(offered)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    const messages = await readLog(nats, names)
    expect(tokensIn(messages)).toEqual([a, c, d].map(({ resumeToken }) => resumeToken))
    expect(isChained(messages)).toBe(false)
  })
})
