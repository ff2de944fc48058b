import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { toRequest } from '../../support/raw-http.ts'
import { useRelay } from '../../support/relay.ts'

const at = useRelay()
const BODY = '{"query": "{ __typename }"}'
const JSON_TYPE = 'Content-Type: application/json'
const EXPECT = 'Expect: 100-continue'

async function send(...requests: Buffer[]): Promise<string> {
  const { hostname, port } = new URL(at.relay.url)
  const socket = connect(Number(port), hostname)
  socket.write(Buffer.concat(requests))
  return text(socket)
}

const post = (...headers: string[]) =>
  toRequest(at.relay.url, { method: 'POST', target: '/graphql', headers: [JSON_TYPE, ...headers], body: BODY })

it('a caller who waits to be asked for the body is asked', async () => {
  expect(await send(post(EXPECT, 'Connection: close'))).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
})

it('an answer behind another one has nothing in it but itself', async () => {
  const answers = await send(post(), post(EXPECT, 'Connection: close'))
  const [first, second] = answers.split(/(?=HTTP\/1\.1 200 )/)
  expect(first).toMatch(/"__typename":"Query"}}$/)
  expect(second).toMatch(/\r\n\r\n{"data":{"__typename":"Query"}}$/)
})
