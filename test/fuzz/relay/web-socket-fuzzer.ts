import type { Random } from '../../support/random/random.ts'
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  frame,
  openRawWebSocket,
  PING,
  PONG,
  type RawWebSocket,
} from '../../support/raw-web-socket.ts'
import type { Fuzzer } from '../harness/fuzzer.ts'
import type { Outcome } from '../harness/outcome.ts'
import { hostileOperation } from './operations.ts'
import { wrongWith, wrongWithClose } from './oracle.ts'
import type { RelayUnderTest } from './relay-under-test.ts'
import { hostileValue } from './json.ts'

/** How long an answer may take before it counts as a hang. Far above what any input here needs. */
const HANG_MS = 30_000

const SENTINEL = { type: 'subscribe', id: 'sentinel', payload: { query: '{ relay { embedded } }' } }

/** Speaks to the relay over sockets, badly in every way. Each input is one socket's life. */
export const webSocketFuzzer: Fuzzer<RelayUnderTest> = {
  name: 'websocket',
  usual: 3_900,
  lanes: 16,
  open: ({ graphqlUrl }, outcome) =>
    Promise.resolve({
      run: (random) => live(graphqlUrl, random, outcome),
      close: () => Promise.resolve(undefined),
    }),
}

async function live(graphqlUrl: string, random: Random, outcome: Outcome): Promise<string | undefined> {
  const raw = await openRawWebSocket(graphqlUrl)
  const timer = setTimeout(() => raw.socket.destroy(new Error('hang')), HANG_MS)
  let isHanging = false
  raw.socket.on('error', ({ message }) => (isHanging ||= message === 'hang'))
  try {
    if (!random.oneIn(10))
      raw.send({ type: 'connection_init', ...(random.oneIn(4) ? { payload: { a: hostileValue(random) } } : {}) })
    const isReading = !random.oneIn(20)
    if (!isReading) raw.socket.pause()
    for (let left = random.between(1, 30); left > 0; left--) outcome.count('messages', send(raw, random))
    // connects and is gone again, having read nothing
    if (!isReading || random.oneIn(10)) return undefined
    raw.send(SENTINEL)
    const isOver = () => raw.events.some((event) => 'close' in event || event.message['id'] === 'sentinel')
    while (!isOver() && (await raw.next()) !== undefined);
    raw.socket.end()
    const code = await raw.closed()
    return isHanging ? 'no answer' : (wrongWithClose(code) ?? judge(raw, outcome))
  } finally {
    clearTimeout(timer)
    raw.socket.destroy()
  }
}

/** Sends something; gives how many inputs it was. */
function send(raw: RawWebSocket, random: Random): number {
  switch (random.below(24)) {
    case 0:
      raw.write(hostileFrame(random))
      return 1
    case 1:
      raw.write(
        frame(
          random.pick([
            'x',
            '{}',
            '[]',
            'null',
            '{"type":"connection_init"}',
            '{"type":"ping","payload":5}',
            '{"type":"subscribe"}',
          ]),
        ),
      )
      return 1
    case 2:
      raw.send({ type: random.pick(['ping', 'pong']), payload: { a: hostileValue(random) } })
      return 1
    case 3:
      raw.send({
        type: random.pick(['next', 'error', 'complete', 'connection_ack', '__proto__']),
        id: 'x',
        payload: hostileValue(random),
      })
      return 1
    case 4:
      raw.write(
        inPieces(JSON.stringify({ type: 'subscribe', id: name(random), payload: hostileOperation(random) }), random),
      )
      return 1
    case 5: {
      // a flood: subscribed and completed at once
      const flood = Array.from({ length: random.pick([5, 20, 60]) }, (_, n) => [
        frame(
          JSON.stringify({
            type: 'subscribe',
            id: `f${n}`,
            payload: { query: 'subscription { changes(db: "hostile") { json } }' },
          }),
        ),
        frame(JSON.stringify({ type: 'complete', id: `f${n}` })),
      ]).flat()
      raw.write(Buffer.concat(flood))
      return flood.length
    }
    case 6:
      raw.write(frame(random.bytes(random.below(125)), { opcode: random.pick([PING, PONG]) }))
      return 1
    case 7: {
      // an id that is in use, or was just before
      const id = random.pick(ODD_NAMES)
      const payload = { query: 'subscription { changes(db: "hostile") { json } }' }
      raw.send({ type: 'subscribe', id, payload })
      if (!random.oneIn(4)) raw.send({ type: 'complete', id })
      raw.send({ type: 'subscribe', id, payload })
      return 3
    }
    case 8:
      raw.send({ type: 'complete', id: name(random) })
      return 1
    default:
      raw.send({ type: 'subscribe', id: name(random), payload: hostileOperation(random) })
      return 1
  }
}

let names = 0

/**
 * Ids that sockets use again and again: odd ones, and ones about as long as an id and as a close frame's reason may be.
 */
const ODD_NAMES = [
  ...['a', '__proto__', 'constructor', '"', '\u0000', '\ud800'],
  ...['x', 'é', '😀', '\ud800', '\u0000'].flatMap((unit) => [30, 110, 500, 1_024, 1_025].map((n) => unit.repeat(n))),
]

// mostly a new one, because a second use ends the socket
function name(random: Random): string {
  return random.oneIn(40) ? random.pick(ODD_NAMES) : `n${names++}`
}

function inPieces(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text)
  const size = random.pick([1, 7, 200, 1_000])
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) {
    const opcode = at === 0 ? 1 : CONTINUATION
    pieces.push(frame(bytes.subarray(at, at + size), { opcode, final: at + size >= bytes.length }))
  }
  return Buffer.concat(pieces)
}

function hostileFrame(random: Random): Buffer {
  const payload = random.bytes(random.pick([0, 1, 10, 126, 70_000]))
  return random.pick([
    frame(payload, {
      opcode: random.below(16),
      final: random.oneIn(2),
      masked: !random.oneIn(4),
      reserved: random.pick([0, 0, 4, 7]),
    }),
    frame(payload, { length: random.pick([0, 125, 65_536, 2 ** 32, 2 ** 62]) }),
    frame(payload, { opcode: CLOSE }),
    frame(payload, { opcode: BINARY }),
    payload,
  ])
}

function judge({ events }: RawWebSocket, outcome: Outcome): string | undefined {
  for (const event of events) {
    if ('close' in event) {
      outcome.count(`closed with ${event.close}`)
      continue
    }
    const text = JSON.stringify(event.message)
    const what = wrongWith(text)
    if (what) return what
    const code = /"code":"([A-Z_]+)"/.exec(text)?.[1]
    outcome.count(code ?? String(event.message['type']))
  }
  return undefined
}
