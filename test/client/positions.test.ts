import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type WebSocket as Socket, WebSocket, WebSocketServer } from 'ws'
import { watch } from '../../src/client/index.ts'
import { createClient } from '../../src/client/graphql-ws/index.ts'

/** What a scripted relay answers to each subscription in turn. */
type Answer = readonly (readonly [type: 'next' | 'error' | 'complete', payload?: unknown])[]

const change = (resumeToken: string, operationType = 'insert') => {
  const fields = { resumeToken, operationType, documentKey: resumeToken }
  return [
    'next',
    { data: { changes: { ...fields, tailraceToken: resumeToken, tailraceType: operationType } } },
  ] as const
}
const failure = (code: string, resumeToken?: string) => [{ message: code, extensions: { code, resumeToken } }]

describe('where a subscription is continued', () => {
  let server: WebSocketServer
  let url = ''
  let answers: Answer[] = []
  let asked: unknown[] = []

  beforeEach(async () => {
    asked = []
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' })
    server.on('connection', (socket: Socket) => {
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as { type: string; id: string; payload: { variables?: object } }
        if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}')
        if (message.type !== 'subscribe') return
        asked.push(Object.values(message.payload.variables ?? {})[0])
        for (const [type, payload] of answers.shift() ?? []) {
          socket.send(JSON.stringify({ type, id: message.id, payload }))
        }
      })
    })
    await once(server, 'listening')
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    for (const socket of server.clients) socket.terminate()
    await new Promise((resolve) => server.close(resolve))
  })

  const cases: readonly (readonly [what: string, answer: Answer, position: string])[] = [
    ['after the last change', [change('82A'), change('82B'), ['error', failure('SHUTTING_DOWN')]], '82B'],
    ['later, where the relay is further', [change('82A'), ['error', failure('SHUTTING_DOWN', '82C')]], '82C'],
    ['not before it', [change('82B'), ['error', failure('SHUTTING_DOWN', '82A')]], '82B'],
    ['at the beginning, before the first', [change('82A', 'started'), ['error', failure('UPSTREAM_FAILED')]], '82A'],
    ['after it, by sealed tokens', [change('sealed.B'), ['error', failure('SHUTTING_DOWN', 'sealed.C')]], 'sealed.B'],
    ['where nothing matched', [change('82A'), change('82D', 'position'), ['complete']], '82D'],
    [
      'after what cannot be written, by sealed tokens',
      [change('sealed.B'), ['next', { errors: failure('INTERNAL_SERVER_ERROR', 'sealed.A') }], ['complete']],
      'sealed.A',
    ],
  ]

  it.each(cases)('is %s: watch', async (_what, answer, position) => {
    answers = [answer]
    const changes = watch({
      url,
      webSocketImpl: WebSocket,
      backoff: { initialMs: 1, maxMs: 1 },
      fields: ['documentKey'],
    })
    void (async () => {
      for await (const _change of changes);
    })()
    await vi.waitFor(() => expect(asked).toEqual([undefined, position]))
    await changes.return()
  })

  // to this one, what a server ends with errors in the place of data is over
  it.each(cases.slice(0, -1))('is %s: the client of graphql-ws', async (_what, answer, position) => {
    answers = [answer]
    const client = createClient({ url, webSocketImpl: WebSocket })
    const next = vi.fn()
    const sink = { next, error: () => undefined, complete: () => undefined }
    client.subscribe({ query: 'subscription { changes { documentKey } }' }, sink)
    await vi.waitFor(() => expect(asked).toEqual([undefined, position]))
    const keys = next.mock.calls.map(([{ data }]) => data.changes)
    const shown = answer.filter(([type, payload]) => type === 'next' && JSON.stringify(payload).includes('"insert"'))
    expect(keys).toHaveLength(shown.length)
    expect(keys.every((fields) => !('tailraceToken' in fields))).toBe(true)
    await client.dispose()
  })
})
