import { DB } from './database.ts'
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { serveParent } from '../support/process/serve-parent.ts'
import { createTally } from './tally.ts'

const QUERY = `subscription Bench($where: EJSON) {
  changes(db: "${DB}", coll: "c", where: $where) { resumeToken operationType documentKey fullDocument }
}`

/** What to open. */
export interface OpenRequest {
  readonly url: string
  /** How many subscribers, each with a socket of its own. */
  readonly count: number
  /** How many there are already, which stay. Default 0. */
  readonly from?: number
  /** How many different filters they have; each matches every event. 0: no filter. */
  readonly cohorts: number
}

const tally = createTally()
const sockets: WebSocket[] = []

// A stock `ws` client for each subscriber, which speaks graphql-transport-ws and does not parse what arrives: its cost
// must not hide the server's.
function open({ url, cohorts }: OpenRequest, index: number): Promise<void> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false })
  sockets[index] = socket
  const where = cohorts === 0 ? null : { 'fullDocument.n': { $gte: -1_000 - (index % cohorts) } }
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('open', () => socket.send('{"type":"connection_init"}'))
    socket.on('close', (code, reason) => tally.fail(`A subscriber was closed with ${code} ${String(reason)}`))
    // text arrives as one Buffer
    socket.once('message', () => {
      socket.on('message', (data) => tally.take(index, data as Buffer))
      const payload = { query: QUERY, ...(where ? { variables: { where } } : {}) }
      // as stock clients do: an id of its own for each
      socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload }))
      resolve()
    })
  })
}

/** What the first few subscribers do. */
export interface ExtraRequest {
  readonly count: number
  /** Whether they stop reading. */
  readonly isStuck: boolean
}

// they also ask for events of another collection, so that their sockets can be filled without everybody else's
function setApart({ count, isStuck }: ExtraRequest): void {
  tally.ignore(count)
  for (const socket of sockets.slice(0, count)) {
    const query = QUERY.replace('coll: "c"', 'coll: "big"')
    socket.send(JSON.stringify({ id: '2', type: 'subscribe', payload: { query } }))
    if (isStuck) socket.pause()
  }
}

serveParent({
  async open(request: OpenRequest) {
    const { from = 0, count } = request
    const end = from + count
    tally.reset(end)
    // a few at a time: listen queues are short
    for (let at = from; at < end; at += 100) {
      const some = Array.from({ length: Math.min(100, end - at) }, (_, i) => open(request, at + i))
      await Promise.all(some)
    }
  },
  setApart,
  warm: (warm: number) => tally.warm(warm),
  expect: (count: number) => tally.expect(count),
  reset: () => tally.reset(),
  latencies: () => tally.latencies(),
})
