import { describe, expect, it } from 'vitest'
import { useRelay } from '../../../support/relay.ts'
import { eventStream, webSocket } from '../../../support/transports.ts'

const nested = (fields: string) => `subscription { changes(db: "a", coll: "c") { ${fields} } }`
const TOO_MUCH: [string, string][] = [
  ['depth', nested('updateDescription { truncatedArrays { field } }')],
  ['aliases', nested('a: json b: json c: json')],
  ['directives', nested('json @skip(if: false) documentKey @skip(if: false)')],
  ['response keys', nested('json operationType documentKey fullDocument wallTime clusterTime txnNumber lsid')],
  ['tokens', nested(`json(${'# comment\n'.repeat(3)}format: RELAXED) ${'json '.repeat(60)}`)],
]

describe.each([webSocket, eventStream])('whoever asks for too much over $name', (transport) => {
  const at = useRelay(() => ({
    maxDirectives: 1,
    maxResponseKeys: 7,
    maxTokens: 60,
    // the default namespace's, and one more
    maxUpstreams: 2,
    maxUpstreamsPerPrincipal: 2,
    lingerMs: 60_000,
  }))
  const own = {
    query:
      'subscription ($db: String) { changes(db: $db, coll: "c", announceStart: true) { operationType documentKey } }',
  }

  it('is told LIMIT_EXCEEDED, and nobody else notices', async () => {
    const other = transport.subscribe(at.relay.graphqlUrl, { db: at.db }, own.query)
    at.onEnd(() => other.stop())
    await other.take(1)
    for (const [what, query] of TOO_MUCH) {
      const refused = transport.subscribe(at.relay.graphqlUrl, {}, query)
      expect([what, (await refused.failure()).extensions]).toEqual([what, { code: 'LIMIT_EXCEEDED' }])
      refused.stop()
    }
    const elsewhere = transport.subscribe(at.relay.graphqlUrl, { db: `${at.db}_2` }, own.query)
    expect(await elsewhere.failure()).toMatchObject({
      message: 'The relay has 2 change streams already, as `maxUpstreams` allows',
      extensions: { code: 'LIMIT_EXCEEDED' },
    })
    elsewhere.stop()
    await at.deployment.client.db(at.db).collection('c').insertOne({})
    expect((await other.take(2)).map(({ operationType }) => operationType)).toEqual(['started', 'insert'])
    other.stop()
    // a change stream that nobody uses makes room, although it would linger
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
    const next = transport.subscribe(at.relay.graphqlUrl, { db: `${at.db}_2` }, own.query)
    at.onEnd(() => next.stop())
    await next.take(1)
  })
})
