import { buildSchema, type ExecutionResult, parse } from 'graphql'
import { type Context, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { NO_RESULTS } from '../../../../src/relay/graphql/no-results.ts'

const ARGS = {
  schema: buildSchema('type Query { a: Int } type Subscription { a: Int }'),
  document: parse('subscription { a }'),
}
const SUBSCRIBE = JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'subscription { a }' } })
const COMPLETE = JSON.stringify({ type: 'complete', id: '1' })

/** An iterable without results that notes what is done with it. */
const iterable = (onIterate: () => void = () => undefined) => ({
  return: vi.fn(NO_RESULTS.return),
  [Symbol.asyncIterator]: vi.fn((): AsyncIterator<ExecutionResult> => {
    onIterate()
    return NO_RESULTS
  }),
})

describe('graphql-ws, as far as the fast path relies on it,', () => {
  let context: Context | undefined
  let results: AsyncIterable<ExecutionResult> = iterable()
  let receive: (message: string) => Promise<void>
  let closed: () => Promise<void>
  const sent: unknown[] = []

  const subscriptions = () => context?.subscriptions ?? {}
  const server = makeServer({
    onConnect: (opened) => void (context = opened),
    onSubscribe: () => ARGS,
    subscribe: async () => results,
    onError: (_context, _id, _payload, errors) => errors.map(({ message }) => ({ message: `shown: ${message}` })),
  })

  beforeEach(async () => {
    closed = server.opened(
      {
        protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
        send: async (text) => void sent.push(JSON.parse(text)),
        close: (code) => void sent.push(code),
        onMessage: (take) => void (receive = take),
      },
      undefined,
    )
    await receive('{"type":"connection_init"}')
    sent.length = 0
  })

  it('refuses an id whose entry is taken', async () => {
    subscriptions()['1'] = iterable()
    await receive(SUBSCRIBE)
    expect(sent).toEqual([4409])
  })

  it.each(['completes', 'leaves'])('returns what is in the entry when the client %s', async (what) => {
    const entry = iterable()
    subscriptions()['1'] = entry
    await (what === 'completes' ? receive(COMPLETE) : closed())
    expect(entry.return).toHaveBeenCalledOnce()
    expect(entry[Symbol.asyncIterator]).not.toHaveBeenCalled()
    expect(subscriptions()).toEqual({})
  })

  it('iterates over what is given, and sends nothing when its entry is gone at the end', async () => {
    const given = iterable(() => {
      expect(subscriptions()['1']).toBe(given)
      delete subscriptions()['1']
    })
    results = given
    await receive(SUBSCRIBE)
    expect(given[Symbol.asyncIterator]).toHaveBeenCalledOnce()
    expect(given.return).not.toHaveBeenCalled()
    expect(sent).toEqual([])
  })

  it('returns what is given, and does not iterate, when the operation was completed before', async () => {
    const given = iterable()
    results = given
    await Promise.all([receive(SUBSCRIBE), receive(COMPLETE)])
    expect(given.return).toHaveBeenCalledOnce()
    expect(given[Symbol.asyncIterator]).not.toHaveBeenCalled()
    expect(sent).toEqual([])
  })

  it('is done with a message within the turn in which it came, and leaves alone what is in the table from then on', async () => {
    results = iterable(() => delete subscriptions()['1'])
    let isDone = false
    void receive(SUBSCRIBE).then(() => {
      isDone = true
      subscriptions()['1'] = results
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(isDone).toBe(true)
    await receive('{"type":"pong"}')
    expect(subscriptions()).toEqual({ 1: results })
  })

  it('sends what iterating throws, as its hook for errors shows it, and frees the id', async () => {
    results = iterable(() => {
      throw new Error('full')
    })
    await receive(SUBSCRIBE)
    expect(sent).toEqual([{ id: '1', type: 'error', payload: [{ message: 'shown: full' }] }])
    expect(subscriptions()).toEqual({})
  })
})
