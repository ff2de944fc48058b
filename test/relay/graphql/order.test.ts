import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sliceFields } from '../../../src/bson/ejson/json-slices.ts'
import { createRelay, type Relay } from '../../../src/adapters/node/relay.ts'
import { oddDocumentText, UNSAFE_NUMBERS } from '../../support/odd-names.ts'
import { frame, openRawWebSocket, type RawWebSocket } from '../../support/raw-web-socket.ts'

const INSERT = 'mutation ($document: EJSON!) { insertOne(db: "d", coll: "c", document: $document) }'
const IN_LITERAL = 'mutation ($id: EJSON, $x: EJSON) { insertOne(db: "d", coll: "c", document: {_id: $id, x: $x}) }'
const LISTED = 'mutation ($id: EJSON, $x: [EJSON!]) { insertOne(db: "d", coll: "c", document: {_id: $id, x: $x}) }'
const WATCH =
  'subscription ($where: EJSON) { changes(db: "d", coll: "c", where: $where, announceStart: true) { json jsonText } }'

let relay: Relay
let raw: RawWebSocket
let ids = 0

async function overHttp(payload: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(relay.graphqlUrl, { method: 'POST', headers, body: payload })).text()
}

async function overWebSocket(payload: string): Promise<string> {
  raw.write(frame(`{"type":"subscribe","id":"${++ids}","payload":${payload}}`))
  const next = JSON.stringify(await raw.next())
  if (next.includes('"next"')) await raw.next()
  return next
}

const ways = { HTTP: overHttp, WebSocket: overWebSocket }
const anyWay = fc.constantFrom(...Object.values(ways))
const payload = (query: string, variables: string, more = '') =>
  `{"query": ${JSON.stringify(query)}, "variables": ${variables}${more}}`

beforeEach(async () => {
  relay = await createRelay({ port: 0 })
  raw = await openRawWebSocket(relay.graphqlUrl)
  raw.send({ type: 'connection_init' })
  await raw.next()
})
afterEach(async () => {
  raw.socket.destroy()
  await relay.stop()
})

/** Opens an event stream. */
async function openEvents(query: string, variables: string, method: 'GET' | 'POST') {
  const aborter = new AbortController()
  const accept = 'text/event-stream'
  const address = `${relay.graphqlUrl}?query=${encodeURIComponent(query)}&variables=${encodeURIComponent(variables)}`
  const { body } =
    method === 'GET'
      ? await fetch(address, { headers: { accept }, signal: aborter.signal })
      : await fetch(relay.graphqlUrl, {
          method,
          headers: { accept, 'content-type': 'application/json' },
          body: payload(query, variables),
          signal: aborter.signal,
        })
  const chunks = (body as ReadableStream<Uint8Array>)[Symbol.asyncIterator]()
  let text = ''
  return {
    /** The data of the next event, as it came. */
    async next(): Promise<string> {
      for (;;) {
        const [, data] = /^data: (.+)$/m.exec(text) ?? []
        if (data !== undefined && text.includes(`data: ${data}\n`)) {
          text = text.slice(text.indexOf(data) + data.length)
          return data
        }
        const { value, done } = await chunks.next()
        if (done) throw new Error(`Over after ${text}`)
        text += Buffer.from(value).toString()
      }
    },
    stop: () => aborter.abort(),
  }
}

const fullDocument = (json: string) => sliceFields(json).get('fullDocument')

describe('whatever the names of fields and their order, documents come out as they went in', () => {
  it('through variables, also in lists and in literals, and as text', async () => {
    const events = await openEvents(WATCH, '{}', 'POST')
    await events.next()
    const apq = ', "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "abc"}}'
    await fc.assert(
      fc.asyncProperty(oddDocumentText, anyWay, fc.nat({ max: 4 }), async (inner, send, form) => {
        const id = `{"year":${++ids},"7":1,"1":2}`
        const x = form === 0 ? inner : form === 1 ? `[${inner},[${inner}]]` : `[${inner}]`
        const document = `{"_id":${id},"x":${x}}`
        const [query, variables, more] = [
          [IN_LITERAL, `{"id": ${id}, "x": ${x}}`, ''],
          [IN_LITERAL, `{"id": ${id}, "x": ${x}}`, ''],
          [LISTED, `{"id": ${id}, "x": ${x}}`, ''],
          [INSERT, `{"document": ${document}}`, apq],
          [INSERT, `{"document": ${JSON.stringify(document)}}`, ''],
        ][form] as [string, string, string]
        expect(await send(payload(query, variables, more))).toContain('insertOne')
        const data = sliceFields(sliceFields(await events.next()).get('data') ?? '').get('changes') ?? ''
        expect(fullDocument(sliceFields(data).get('json') ?? '')).toBe(document)
        expect(fullDocument(JSON.parse(sliceFields(data).get('jsonText') ?? '""') as string)).toBe(document)
      }),
      { numRuns: 40 },
    )
    events.stop()
  })

  it.each(['GET', 'POST'] as const)('and `where` finds them over %s', async (method) => {
    await fc.assert(
      fc.asyncProperty(oddDocumentText, async (inner) => {
        const events = await openEvents(WATCH, `{"where": {"fullDocument.x": {"$eq": ${inner}}}}`, method)
        await events.next()
        await overHttp(payload(INSERT, `{"document": {"x": ${inner}}}`))
        expect(await events.next()).toContain(`"x":${inner}`)
        events.stop()
      }),
      { numRuns: 10 },
    )
  })
})

describe.each(Object.entries(ways))('over %s', (_name, send) => {
  it.each(UNSAFE_NUMBERS)('%s is refused in variables, wherever it is', async (number) => {
    for (const [query, variables] of [
      [INSERT, `{"document": {"n": ${number}}}`],
      [IN_LITERAL, `{"id": ${++ids}, "x": ${number}}`],
      [IN_LITERAL, `{"id": ${++ids}, "x": [${number}]}`],
      [LISTED, `{"id": ${++ids}, "x": [{"n": ${number}}]}`],
    ] as const) {
      const answer = await send(payload(query, variables))
      expect(answer).toContain('BAD_USER_INPUT')
      expect(answer).toMatch(/\$numberLong|a number that a double can hold/)
    }
  })
})
