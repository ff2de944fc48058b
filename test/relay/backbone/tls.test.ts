import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createBackboneOrigin } from '../../../src/relay/backbone/backbone-origin.ts'
import { type BrokerOptions, createBroker } from '../../../src/relay/backbone/connection.ts'
import { Passing } from '../../../src/relay/backbone/passing.ts'
import { createDeployment } from '../../../src/relay/mongo/deployment.ts'
import { createMongoOrigin } from '../../../src/relay/mongo/mongo-origin.ts'
import { type Certificate, CERTIFICATE, LOCAL_CERTIFICATE } from '../../support/certificate.ts'
import { hasNatsServer, startNatsServer } from '../../support/nats-server.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { logged, usePrograms } from '../../support/process/program.ts'
import { useDeployment } from '../../support/use-deployment.ts'

describe.runIf(hasNatsServer)('a backbone whose servers speak TLS, or want to know who asks', () => {
  const at = useDeployment()
  const start = usePrograms()
  const onEnd = useOnEnd()

  const fileWith = async (text: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'tailrace-tls-'))
    onEnd(() => rm(folder, { recursive: true }))
    const file = join(folder, 'file')
    await writeFile(file, text)
    return file
  }
  /** The port of a server. */
  const serve = async (config = '') => {
    const server = await startNatsServer({ config })
    onEnd(() => server.stop())
    return new URL(server.url).port
  }
  const serveTls = async ({ cert, key }: Certificate) =>
    serve(`tls { cert_file: "${await fileWith(cert)}", key_file: "${await fileWith(key)}" }`)
  /** What a relay is told, and its log, of a connection that fails; also where it has access to MongoDB. */
  const failureOf = async (server: string, options: Partial<BrokerOptions> = {}) => {
    const broker = createBroker({ servers: [server], ...options })
    const mongo = createMongoOrigin(createDeployment({ uri: at.uri }))
    const { source, close } = createBackboneOrigin({ broker, name: 'b', mongo })
    onEnd(() => close())
    const failure: unknown = await broker.get().catch((error: unknown) => error)
    if (!(failure instanceof Passing)) throw new Error(`No failure that passes, but ${String(failure)}`)
    return { message: failure.message, reason: source.reasonOf(failure.error) }
  }
  /** An ingester in a process of its own, which trusts a certificate. */
  const ingest = async (server: string, { cert }: Certificate) =>
    start(['ingest', '--mongo', at.uri, '--backbone', server], { NODE_EXTRA_CA_CERTS: await fileWith(cert) })

  it('is not reached where its certificate is not trusted, and how to have it trusted is said', async () => {
    const port = await serveTls(LOCAL_CERTIFICATE)
    for (const scheme of ['tls', 'nats']) {
      const { message, reason } = await failureOf(`${scheme}://127.0.0.1:${port}`)
      expect(message).toBe('The event backbone cannot be reached')
      expect(reason).toMatch(/self-signed certificate: .*not trusted.*`NODE_EXTRA_CA_CERTS`/)
    }
  })

  it('is reached where Node is told to trust its certificate, for the address that it has', async () => {
    const port = await serveTls(LOCAL_CERTIFICATE)
    const ingester = await ingest(`tls://127.0.0.1:${port}`, LOCAL_CERTIFICATE)
    await vi.waitFor(() =>
      expect(logged(ingester).map(({ msg }) => msg)).toContain('The event backbone is being written'),
    )
  })

  it('is not reached where its certificate is for another host', async () => {
    const port = await serveTls(CERTIFICATE)
    const local = await serveTls(LOCAL_CERTIFICATE)
    for (const [host, certificate] of [
      [`127.0.0.1:${port}`, CERTIFICATE],
      [`localhost:${local}`, LOCAL_CERTIFICATE],
    ] as const) {
      const ingester = await ingest(`tls://${host}`, certificate)
      const reason = expect.stringMatching(/is for another host/)
      await vi.waitFor(() => expect(logged(ingester)).toContainEqual(expect.objectContaining({ reason })))
    }
  })

  it('is not reached in plain text where TLS is asked for', async () => {
    const { reason } = await failureOf(`tls://127.0.0.1:${await serve()}`)
    expect(reason).toMatch(/speaks no TLS.*`nats:\/\/`/)
  })

  it('is not reached with another password, or none, which is said as that', async () => {
    const port = await serve('authorization { user: a, password: b }')
    for (const login of ['a:c@', '']) {
      const { message, reason } = await failureOf(`nats://${login}127.0.0.1:${port}`)
      expect(message).toMatch(/does not accept the relay’s credentials/)
      expect(reason).toMatch(/user and password.*`backbone`.*`backboneCredentials`/)
    }
  })

  it('is not reached with credentials that went missing or are none, which the log says', async () => {
    const server = `nats://127.0.0.1:${await serve()}`
    const missing = await failureOf(server, { credentials: '/not/there.creds' })
    expect(missing.reason).toMatch(/\/not\/there\.creds.*`backboneCredentials`/)
    const others = await failureOf(server, { credentials: await fileWith('text') })
    expect(others.reason).toMatch(/credentials.*`backboneCredentials`/)
  })

  it.each(['/not/there.creds', import.meta.filename])(
    'is not begun with in a process that is given no file of credentials: %s',
    async (file) => {
      const args = ['--backbone', 'nats://127.0.0.1:1', '--backbone-credentials', file]
      for (const command of [
        ['ingest', '--mongo', at.uri],
        ['--port', '0'],
      ]) {
        const program = start([...command, ...args])
        expect(await program.exited).toBe(2)
        expect(program.stderr()).toMatch(/^[^\n]*`?backbone-?[cC]redentials[^\n]*\n$/)
      }
    },
  )
})
