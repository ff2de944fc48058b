import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../../src/bson/codec/decode.ts'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { toEjsonText, type EjsonFormat } from '../../../src/bson/ejson/to-ejson-text.ts'
import { JsonSource } from '../../../src/bson/ejson/json.ts'
import { LazyDocument } from '../../../src/bson/codec/lazy-document.ts'
import { Int32, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { readEjsonDocument } from '../../../src/relay/changes/read-ejson.ts'
import { compileWhere } from '../../../src/relay/changes/where.ts'
import { startEngine } from '../../../src/engine/engine.ts'
import { createSandbox } from '../../../src/adapters/node/sandbox.ts'
import { anyDocument } from '../../support/random/arbitrary.ts'
import { useRelay } from '../../support/relay.ts'

const textOf = (bytes: Buffer, format: EjsonFormat) => toEjsonText(bytes, 3, 0, bytes.length, format)

describe('whatever a document holds', () => {
  const formats = fc.constantFrom<EjsonFormat>('RELAXED', 'CANONICAL')

  it('a filter with what the relay writes of it finds it, as text and as a variable', () => {
    fc.assert(
      fc.property(anyDocument, formats, fc.boolean(), (document, format, isVariable) => {
        const event = encodeDocument(new Map([['fullDocument', document]]))
        const { text } = new LazyDocument(event).fieldText('fullDocument', format) ?? { text: '' }
        const where = `{"fullDocument": {"$eq": ${text}}}`
        const filter = readEjsonDocument(isVariable ? new JsonSource(where) : where, '`where`')
        expect(compileWhere(filter)(new LazyDocument(event))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('the sandbox stores the same bytes, where the types are spelled out', async () => {
    const engine = await startEngine()
    const sandbox = createSandbox(engine)
    try {
      await fc.assert(
        fc.asyncProperty(anyDocument, async (inner) => {
          const document: BsonDocument = new Map<string, BsonValue>([
            ['_id', new Int32(1)],
            ['x', inner],
          ])
          const bytes = encodeDocument(document)
          await sandbox.insertOne('owner', 'db', 'c', textOf(bytes, 'CANONICAL'))
          const found = await engine.run('db', new Map([['find', 'c']]))
          const [stored] = (found.get('cursor') as BsonDocument).get('firstBatch') as BsonDocument[]
          expect(encodeDocument(stored ?? new Map()).equals(bytes)).toBe(true)
          expect(decodeDocument(bytes)).toEqual(stored)
          await sandbox.deleteOne('owner', 'db', 'c', '{}')
        }),
        { numRuns: 100 },
      )
    } finally {
      await engine.stop()
    }
  })
})

describe('a relay', () => {
  const at = useRelay()

  async function post(query: string, variablesText: string): Promise<string> {
    const body = `{"query": ${JSON.stringify(query)}, "variables": ${variablesText}}`
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    return (await fetch(at.relay.graphqlUrl, { method: 'POST', headers, body })).text()
  }

  it.each([
    ['{"where": {"n": 9007199254740993}}', 'write {\\"$numberLong\\": \\"…\\"}'],
    ['{"where": {"n": 9223372036854775807}}', 'write {\\"$numberLong\\": \\"…\\"}'],
    ['{"where": {"n": {"$numberLong": "abc"}}}', 'expected an integer of 64 bits in a string, got \\"abc\\"'],
    ['{"where": {"n": 1e400}}', 'expected a number that a double can hold, got 1e400'],
    ['{"where": {"a": 1, "a": 2}}', 'has the name \\"a\\" twice'],
    ['{"where": "{\\"n\\": 9223372036854775808}"}', 'expected an integer of 64 bits'],
  ])('refuses %s', async (variables, message) => {
    const text = await post('subscription ($where: EJSON) { changes(where: $where) { json } }', variables)
    expect(text).toContain('"BAD_USER_INPUT"')
    expect(text).toContain(message)
  })

  it('refuses a variable that is absent within a literal, instead of leaving its condition out', async () => {
    const query = 'subscription ($owner: EJSON) { changes(where: {documentKey: {_id: $owner}}) { json } }'
    expect(await post(query, '{}')).toContain('expected a JSON value, got undefined')
  })
})
