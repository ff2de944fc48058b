import { beforeEach, describe, expect, it } from 'vitest'
import type { RelayOptions } from '../../../../src/relay/options.ts'
import { logLines } from '../../../support/log-lines.ts'
import { openConnection } from '../../../support/open-connection.ts'
import { type RelayFixture, useRelay } from '../../../support/relay.ts'
import { eventStream, type TestTransport, webSocket } from '../../../support/transports.ts'

async function subscribeOften(at: RelayFixture, transport: TestTransport): Promise<void> {
  const query = `subscription { changes(db: "${at.db}", coll: "c", announceStart: true) { operationType } }`
  const subscribe = () => {
    const subscription = transport.subscribe(at.relay.graphqlUrl, {}, query)
    at.onEnd(() => subscription.stop())
    return subscription
  }
  await subscribe().take(1)
  for (let count = 0; count < 3; count++) await subscribe().failure()
}

/** Sends requests on one connection, without waiting for answers, and waits until it is closed. */
async function askOften(at: RelayFixture): Promise<void> {
  const { host } = new URL(at.relay.url)
  const socket = await openConnection(at)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.resume()
  socket.write(`GET /graphql?query={relay{embedded}} HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\n\r\n`.repeat(5))
  await closed
}

/** Asks while another connection has the only place. */
async function connectOften(at: RelayFixture): Promise<void> {
  await openConnection(at)
  for (let count = 0; count < 3; count++) {
    const response = await fetch(`${at.relay.url}healthz`, { headers: { connection: 'close' } })
    await response.text()
  }
}

describe.each<[string, RelayOptions, (at: RelayFixture) => Promise<void>]>([
  ['maxSubscriptionsPerPrincipal', { maxSubscriptionsPerPrincipal: 1 }, (at) => subscribeOften(at, webSocket)],
  ['maxSubscriptionsPerPrincipal', { maxSubscriptionsPerPrincipal: 1 }, (at) => subscribeOften(at, eventStream)],
  ['maxSubscriptionsPerConnection', { maxSubscriptionsPerConnection: 1 }, askOften],
  ['maxConnections', { maxConnections: 1 }, connectOften],
  ['maxConnectionsPerAddress', { maxConnectionsPerAddress: 1 }, connectOften],
])('callers over %s', (setting, options, exceed) => {
  const lines: string[] = []
  const at = useRelay(() => ({ ...options, log: logLines(lines) }))
  beforeEach(() => void (lines.length = 0))

  it('are noted in the log, once for all of them, with the setting', async () => {
    await exceed(at)
    const noted = lines.filter((line) => line.includes('LIMIT_EXCEEDED'))
    expect(noted).toHaveLength(1)
    expect(noted[0]).toContain(`as \`${setting}\` allows`)
  })
})
