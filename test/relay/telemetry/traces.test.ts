import { type Attributes, type Span, type SpanOptions, trace, type Tracer } from '@opentelemetry/api'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findTrace } from '../../../src/relay/telemetry/find-trace.ts'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import { openDeployment } from '../../support/deployment.ts'
import { webSocket } from '../../support/transports.ts'

interface Recorded {
  readonly name: string
  readonly attributes: Attributes
  isEnded: boolean
  status?: number
}

/** Sets up a tracer provider as a host does; gives the spans that it is asked for. */
function setUpProvider(): Recorded[] {
  const spans: Recorded[] = []
  const startActiveSpan = (name: string, options: SpanOptions, run: (span: Span) => unknown) => {
    const recorded: Recorded = { name, attributes: { ...options.attributes }, isEnded: false }
    spans.push(recorded)
    const span = {
      setAttribute(key: string, value: string) {
        recorded.attributes[key] = value
        return span
      },
      setStatus({ code }: { code: number }) {
        recorded.status = code
        return span
      },
      end: () => (recorded.isEnded = true),
    }
    return run(span as unknown as Span)
  }
  // what the relay uses of it
  trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan }) as unknown as Tracer })
  return spans
}

afterEach(() => trace.disable())

describe('traces', () => {
  it('are not made where the process has no provider', async () => {
    expect(await findTrace('1')).toBeUndefined()
  })

  it('have spans of subscribing, catching up and operations over HTTP', async () => {
    const spans = setUpProvider()
    const deployment = await openDeployment()
    const db = deployment.newDb()
    const coll = deployment.client.db(db).collection('c')
    const startAtOperationTime = await deployment.operationTime()
    await coll.insertOne({ n: 1 })
    const relay = await createRelay({ port: 0, mongoUri: deployment.uri, warmStartMs: 0 })
    const changes = webSocket.subscribe(relay.graphqlUrl, {
      db,
      coll: 'c',
      startAtOperationTime: { t: startAtOperationTime.t, i: startAtOperationTime.i + 1 },
    })
    await changes.take(1)
    const refused = webSocket.subscribe(relay.graphqlUrl, { db, coll: 'c', startAfter: '8200' })
    await refused.failure()
    for (const query of ['query Version { relay { version } }', '{ namespaces(db: "a.b") { db } }']) {
      const headers = { 'content-type': 'application/json', connection: 'close' }
      await (await fetch(relay.graphqlUrl, { method: 'POST', headers, body: JSON.stringify({ query }) })).text()
    }
    // the splice comes with what the server says next
    await vi.waitFor(() => expect(spans.filter(({ isEnded }) => !isEnded)).toEqual([]))

    const mongo = {
      'db.system.name': 'mongodb',
      'db.operation.name': 'watch',
      'db.namespace': db,
      'db.collection.name': 'c',
    }
    const bad = { ...mongo, 'error.type': 'RESUME_TOKEN_INVALID' }
    expect(spans).toEqual([
      { name: 'subscribe', attributes: mongo, isEnded: true },
      { name: 'catch up', attributes: mongo, isEnded: true },
      { name: 'subscribe', attributes: mongo, isEnded: true },
      { name: 'catch up', attributes: bad, isEnded: true, status: 2 },
      {
        name: 'GraphQL query',
        attributes: { 'graphql.operation.type': 'query', 'graphql.operation.name': 'Version' },
        isEnded: true,
      },
      {
        name: 'GraphQL query',
        attributes: { 'graphql.operation.type': 'query', 'error.type': 'BAD_USER_INPUT' },
        isEnded: true,
        status: 2,
      },
    ])
    for (const subscription of [changes, refused]) subscription.stop()
    await relay.stop()
    await deployment.stop()
  })
})
