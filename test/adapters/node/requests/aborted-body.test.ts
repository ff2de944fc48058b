import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { logLines } from '../../../support/log-lines.ts'
import { useRelay } from '../../../support/relay.ts'

const lines: string[] = []
const at = useRelay(() => ({ log: logLines(lines) }))

async function leaveAmidstTheBody(): Promise<void> {
  const { hostname, port } = new URL(at.relay.graphqlUrl)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const head = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 100']
  socket.write(`${head.join('\r\n')}\r\n\r\n{"query":`)
  // the relay has it when it has answered another caller
  await fetch(`${at.relay.url}healthz`)
  socket.resetAndDestroy()
  await once(socket, 'close')
}

it('a caller who leaves amidst a body is no failure of the relay, and no line in its log', async () => {
  for (let count = 0; count < 10; count++) await leaveAmidstTheBody()
  await fetch(at.relay.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query": "{ __typename }"}',
  })
  expect(lines.filter((line) => line.startsWith('Unexpected error'))).toEqual([])
})
