import type { Socket } from 'node:net'
import { getIntrospectionQuery } from 'graphql'
import { describe, expect, it } from 'vitest'
import { openConnection } from '../../../support/open-connection.ts'
import { type RelayFixture, useRelay } from '../../../support/relay.ts'
import { eventStream } from '../../../support/transports.ts'

const TOO_MANY = 'This connection has 2 operations already, as `maxSubscriptionsPerConnection` allows'

// not `once`, which takes a reset for a failure
function closed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve))
}

function get(at: RelayFixture, path: string, accept: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${new URL(at.relay.url).host}\r\nAccept: ${accept}\r\n\r\n`
}

const queryOf = (text: string) => `/graphql?query=${encodeURIComponent(text)}`

describe('an HTTP client that does not wait for answers', () => {
  const at = useRelay(() => ({ maxSubscriptionsPerConnection: 2 }))
  const stream = () => {
    const text = `subscription { changes(db: "${at.db}", coll: "c", announceStart: true) { operationType } }`
    return get(at, queryOf(text), 'text/event-stream')
  }

  it('has no more operations on a connection than a WebSocket, and takes none from others', async () => {
    const other = await at.subscribe(eventStream)
    const socket = await openConnection(at)
    socket.write(stream().repeat(3))
    await expect.poll(() => at.relay.stats().subscribers).toBe(3)
    socket.write(stream().repeat(20))
    // asked and answered after those
    const next = await at.subscribe(eventStream)
    await at.deployment.client.db(at.db).collection('c').insertOne({})
    await Promise.all([other.take(1), next.take(1)])
    expect(at.relay.stats().subscribers).toBe(4)
  })

  it('is told so with 429 and LIMIT_EXCEEDED, in its turn', async () => {
    const socket = await openConnection(at)
    let text = ''
    socket.on('data', (chunk) => (text += String(chunk)))
    socket.write(get(at, queryOf('{ relay { embedded } }'), 'application/json').repeat(3))
    await closed(socket)
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '200', '429'])
    expect(text).toMatch(/^Retry-After: 5\r$/m)
    expect(text).toContain(`{"errors":[{"message":"${TOO_MANY}","extensions":{"code":"LIMIT_EXCEEDED"}}]}`)
  })

  it('has room again when an answer is over', async () => {
    const socket = await openConnection(at)
    let text = ''
    socket.on('data', (chunk) => (text += String(chunk)))
    for (let count = 1; count <= 5; count++) {
      socket.write(get(at, queryOf('{ relay { embedded } }'), 'application/json'))
      await expect.poll(() => text.match(/HTTP\/1\.1 200/g)?.length).toBe(count)
    }
  })

  it('is cut off when it goes on, and what it had is over', async () => {
    const socket = await openConnection(at)
    socket.write(stream().repeat(2 + 65))
    await closed(socket)
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })
})

describe('an HTTP client that reads no answers', () => {
  const at = useRelay(() => ({ maxBufferedBytes: 100_000 }))

  it('is cut off as soon as much waits for it', async () => {
    const socket = await openConnection(at)
    const introspection = get(at, queryOf(getIntrospectionQuery()), 'application/json')
    const stream = get(at, queryOf(`subscription { changes(db: "${at.db}") { json } }`), 'text/event-stream')
    // behind an event stream no answer can be read
    socket.write(stream + introspection.repeat(20))
    await closed(socket)
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })
})
