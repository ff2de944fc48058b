import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RelayOptions } from '../../../src/relay/options.ts'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import {
  CLAIMS,
  createSigningKey,
  type KeyServer,
  NOW_MS,
  seconds,
  secretToken,
  startKeyServer,
} from '../auth/issuer.ts'
import { logLines } from '../../support/log-lines.ts'
import { openHandSocket } from '../../support/socket.ts'

const SECRET = 'hush-hush-secret-of-the-issuer-32'
const MACHINE = 'hush-hush-token-of-a-machine'
const URI = 'mongodb://user:hush-hush-password@127.0.0.1:1/?serverSelectionTimeoutMS=100'

describe('what a relay says', () => {
  let server: KeyServer

  beforeAll(async () => {
    server = await startKeyServer()
    server.answer((response) => void response.writeHead(500).end('hush-hush-answer'))
  })

  afterAll(() => server.stop())

  /** Everything that a relay with these options says to callers with these tokens, and to its operator. */
  async function allThatIsSaid(
    auth: RelayOptions['auth'],
    tokens: readonly string[],
  ): Promise<{ readonly toCallers: string; readonly toOperator: string }> {
    const said: string[] = []
    const lines: string[] = []
    const log = logLines(lines)
    const relay = await createRelay({
      port: 0,
      mongoUri: URI,
      startTimeoutMs: 100,
      now: () => NOW_MS,
      log,
      ...(auth ? { auth } : {}),
    })
    try {
      for (const token of tokens) {
        for (const scheme of ['Bearer', 'Basic', 'Bearer x']) {
          const response = await fetch(relay.graphqlUrl, {
            method: 'POST',
            headers: { 'content-type': 'application/json', connection: 'close', authorization: `${scheme} ${token}` },
            body: JSON.stringify({ query: '{ namespaces { db } }' }),
          })
          said.push(JSON.stringify([...response.headers]), await response.text())
        }
        for (const payload of [{ token }, { authorization: `Bearer ${token}` }, { authorization: token }]) {
          const socket = await openHandSocket(relay.graphqlUrl)
          socket.send({ type: 'ping', payload })
          said.push(JSON.stringify(await socket.receive()))
          socket.send({ type: 'connection_init', payload })
          const answer = await Promise.race([socket.closed, socket.receive().catch((): undefined => undefined)])
          if (answer && 'type' in answer) {
            socket.send({ type: 'ping', payload })
            said.push(JSON.stringify(await socket.receive()))
            socket.close()
          }
          said.push(JSON.stringify([answer, await socket.closed]))
        }
      }
    } finally {
      await relay.stop()
    }
    return { toCallers: said.join('\n'), toOperator: lines.join('\n') }
  }

  it('holds no token, no secret, no claim and no URI', async () => {
    const key = await createSigningKey('one', 'ES256')
    const forged = await key.sign()
    const private_ = { ...CLAIMS, note: 'hush-hush-claim' }
    const tokens = [
      MACHINE,
      `${MACHINE}x`,
      await secretToken(private_, 'HS256', SECRET),
      await secretToken({ ...private_, exp: seconds(NOW_MS) - 60 }, 'HS256', SECRET),
      await secretToken({ ...private_, iss: 'hush-hush-issuer' }, 'HS256', SECRET),
      forged,
      'hush-hush.no.jwt',
    ]
    const basic = { issuer: 'issuer', audience: 'relay' }
    const said = await Promise.all([
      allThatIsSaid({ jwt: { ...basic, secret: SECRET }, tokens: [{ token: MACHINE, subject: 'machine' }] }, tokens),
      allThatIsSaid({ jwt: { ...basic, jwksUrl: `${server.url}?hush-hush` } }, [forged]),
    ])
    const text = said.flatMap(({ toCallers, toOperator }) => [toCallers, toOperator]).join('\n')
    // it was refused and logged in all these ways
    for (const part of [
      'The token has expired',
      'another issuer',
      'not a valid JWT',
      'try again later',
      'cannot be fetched',
      'MongoDB cannot be reached',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).not.toContain('hush-hush')
    expect(text).not.toContain('mongodb:')
    // an operator must know which address does not answer
    expect(said.map(({ toCallers }) => toCallers).join()).not.toContain('127.0.0.1')
    for (const token of tokens)
      for (const part of token.split('.')) if (part.length > 10) expect(text).not.toContain(part)
    expect(text).not.toContain(createHash('sha256').update(MACHINE).digest('hex'))
  })
})
