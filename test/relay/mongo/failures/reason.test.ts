import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import type { Document } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { createDeployment } from '../../../../src/relay/mongo/deployment.ts'
import { diagnose } from '../../../../src/relay/mongo/failures/diagnose.ts'
import { createMongoSource } from '../../../../src/relay/mongo/mongo-source.ts'
import { startEngine } from '../../../../src/engine/engine.ts'
import type { RelayError } from '../../../../src/errors.ts'
import { CERTIFICATE } from '../../../support/certificate.ts'
import { useOnEnd } from '../../../support/on-end.ts'
import { startScriptedServer } from '../../../support/scripted-server.ts'

const HELLO = {
  maxWireVersion: 21,
  minWireVersion: 0,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
}
const PRIMARY = {
  ...HELLO,
  isWritablePrimary: true,
  setName: 'rs0',
  hosts: ['127.0.0.1:1'],
  setVersion: 1,
  logicalSessionTimeoutMinutes: 30,
}
const isHello = (name: string) => name === 'hello' || name === 'ismaster'

describe('the reason of a failure', () => {
  const onEnd = useOnEnd()

  async function engine(): Promise<number> {
    const { port, stop } = await startEngine()
    onEnd(stop)
    return port
  }

  async function scripted(script: Parameters<typeof startScriptedServer>[0]): Promise<number> {
    const { port, stop } = await startScriptedServer(script)
    onEnd(stop)
    return port
  }

  function fileWith(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'tailrace-tls-'))
    onEnd(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'file.pem')
    writeFileSync(file, text)
    return file
  }

  /** What a relay with this URI is told of its first failure, and what it logs. */
  async function failureOf(uri: string): Promise<{ error: RelayError; reason: string | undefined }> {
    const deployment = createDeployment({ uri, patience: { serverSelectionTimeoutMs: 1_000, connectTimeoutMs: 800 } })
    onEnd(() => deployment.close())
    const options = {
      scope: { db: 'shop' },
      start: 'now',
      fullDocument: 'default',
      fullDocumentBeforeChange: 'off',
      showExpandedEvents: false,
    } as const
    const aborter = new AbortController()
    const source = createMongoSource(deployment)
    const events = source.watch(options, aborter.signal)
    const error = await events.next().then(
      ({ value }) => (value.type === 'interrupted' ? value.error : expect.fail(`It was ${value.type}`)),
      (cause: unknown) => diagnose(cause).error,
    )
    aborter.abort()
    await events.return(undefined as never)
    return { error, reason: source.reasonOf(error) }
  }

  it.each([
    ['', /the replica set of 127\.0\.0\.1:\d+ is called `rs0`; write `replicaSet=rs0`/],
    ['&directConnection=true', /is called `rs0`/],
  ])('is the name that a replica set has (replicaSet=other%s)', async (more, expected) => {
    expect((await failureOf(`mongodb://127.0.0.1:${await engine()}/?replicaSet=other${more}`)).reason).toMatch(expected)
  })

  it('is that a server alone is no replica set', async () => {
    const port = await scripted(() => ({ ...HELLO, isWritablePrimary: true }))
    const { reason } = await failureOf(`mongodb://127.0.0.1:${port}/?replicaSet=rs0`)
    expect(reason).toMatch(/is in no replica set; leave `replicaSet` out/)
  })

  it.each(['', '?replicaSet=rs0'])('is that a replica set is not initiated yet (%s)', async (query) => {
    const port = await scripted((name) =>
      isHello(name) ? { ...HELLO, isWritablePrimary: false, secondary: false, isreplicaset: true } : undefined,
    )
    expect((await failureOf(`mongodb://127.0.0.1:${port}/${query}`)).reason).toMatch(
      /run `rs\.initiate\(\)` there once/,
    )
  })

  it('is that a server hangs up: for want of TLS, or by its access list', async () => {
    const { reason } = await failureOf(`mongodb://127.0.0.1:${await scripted('hang up')}/`)
    expect(reason).toMatch(/closed: .*`tls=true`.*Network Access/)
  })

  it('is not guessed where the server has answered before', async () => {
    let isThere = true
    const answers: (Document | undefined)[] = []
    const port = await scripted((name) => {
      if (!isThere) return undefined
      answers.push(isHello(name) ? PRIMARY : undefined)
      if (!isHello(name)) isThere = false
      return answers.at(-1)
    })
    const { reason } = await failureOf(`mongodb://127.0.0.1:${port}/?directConnection=true`)
    expect(reason).not.toContain('tls=true')
  })

  it('is that a server does not speak TLS', async () => {
    const { reason } = await failureOf(`mongodb://127.0.0.1:${await scripted('hang up')}/?tls=true`)
    expect(reason).toMatch(/did not answer with TLS.*`tls=false`.*Network Access/)
  })

  it('is a certificate that is not trusted, or for another name', async () => {
    const file = fileWith(CERTIFICATE.cert)
    const server = createServer(CERTIFICATE).on('tlsClientError', () => undefined)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    onEnd(() => new Promise((closed) => server.close(closed)))
    const uri = `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/?tls=true`
    expect((await failureOf(uri)).reason).toMatch(/not trusted; name its authority with `tlsCAFile`/)
    expect((await failureOf(`${uri}&tlsCAFile=${encodeURIComponent(file)}`)).reason).toMatch(/is for another host name/)
  })

  it('is a file that is not there, or holds something else', async () => {
    const uri = `mongodb://127.0.0.1:${await scripted('hang up')}/?tls=true`
    const missing = await failureOf(`${uri}&tlsCAFile=%2Fnot%2Fthere.pem`)
    expect(missing.reason).toMatch(/the file \/not\/there\.pem that the MongoDB URI names cannot be read/)
    expect(missing.error).toMatchObject({ code: 'UPSTREAM_FAILED', message: 'MongoDB cannot be reached' })
    const file = fileWith('text')
    expect((await failureOf(`${uri}&tlsCertificateKeyFile=${encodeURIComponent(file)}`)).reason).toMatch(/holds no PEM/)
  })

  it('is a host name that there is not', async () => {
    expect((await failureOf('mongodb://no-such-host.invalid/')).reason).toMatch(/cannot be resolved; check it/)
  })

  it('is a user that the URI does not have, or who may not', async () => {
    const refused = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'Command aggregate requires authentication' }
    const port = await scripted((name) => (isHello(name) ? PRIMARY : name === 'aggregate' ? refused : {}))
    const { error } = await failureOf(`mongodb://127.0.0.1:${port}/?directConnection=true`)
    expect(error).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/there is none in the relay’s MongoDB URI/),
    })
  })

  it.each([
    { code: 18, codeName: 'AuthenticationFailed', errmsg: 'Authentication failed.' },
    { code: 8000, codeName: 'AtlasError', errmsg: 'bad auth : authentication failed' },
  ])('is a password that is not taken ($codeName)', async (refusal) => {
    const port = await scripted((name) =>
      isHello(name) ? PRIMARY : name.startsWith('sasl') ? { ok: 0, ...refusal } : {},
    )
    const { error, reason } = await failureOf(`mongodb://me:wrong@127.0.0.1:${port}/?directConnection=true`)
    expect(error.message).toMatch(
      /does not accept the relay’s credentials; check the user, the password and `authSource`/,
    )
    expect(`${error.message}${reason}`).not.toContain('wrong')
  })
})
