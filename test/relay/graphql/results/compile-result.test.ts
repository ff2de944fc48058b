import { serialize } from 'bson'
import fc from 'fast-check'
import { type DocumentNode, executeSync, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { EjsonFormat } from '../../../../src/bson/ejson/to-ejson-text.ts'
import { encodeDocument } from '../../../../src/bson/codec/encode.ts'
import { Int32, Long, Timestamp } from '../../../../src/bson/values.ts'
import { madeChange, toChange } from '../../../../src/relay/changes/to-change.ts'
import { toChangeModel } from '../../../../src/relay/graphql/schema/change-model.ts'
import { compileResult, NeedsExecution } from '../../../../src/relay/graphql/results/compile-result.ts'
import { createResultText, TooLarge } from '../../../../src/relay/graphql/results/result-text.ts'
import { createSchema } from '../../../../src/relay/graphql/schema/schema.ts'
import { anyDocument } from '../../../support/random/arbitrary.ts'
import { documentOf } from '../../../support/documents.ts'
import { writeJson } from '../../../../src/bson/ejson/json-text.ts'

const schema = createSchema({ sandbox: false })

const FIELDS = [
  'resumeToken',
  'operationType',
  'clusterTime',
  'wallTime',
  'ns { coll db }',
  'to { db }',
  'documentKey',
  'fullDocument',
  'fullDocumentBeforeChange',
  'updateDescription { updatedFields removedFields truncatedArrays { newSize field } disambiguatedPaths }',
  'updateDescription { r: removedFields }',
  'txnNumber',
  'lsid',
  'json',
  'jsonText',
  'again: json',
  'operationDescription',
  '__typename',
  'type: __typename to { __typename }',
  '...F',
  '... on Change { key: documentKey ns { n: db } }',
  'skipped: json @skip(if: $yes)',
  'included: wallTime @include(if: $yes)',
]

const selections = fc.array(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 8 }).map((some) => some.join('\n'))

const rawEvents = fc
  .record(
    {
      clusterTime: fc.constant(new Timestamp({ t: 1, i: 2 })),
      wallTime: fc.constantFrom(new Date(5), null),
      ns: fc.constantFrom({ db: 'a', coll: 'c' }, { db: 'a' }, {}),
      documentKey: anyDocument,
      fullDocument: fc.oneof(anyDocument, fc.constant(null)),
      updateDescription: fc.record(
        {
          updatedFields: anyDocument,
          removedFields: fc.array(fc.string()),
          truncatedArrays: fc.array(fc.record({ field: fc.string(), newSize: fc.nat().map((n) => new Int32(n)) })),
        },
        { requiredKeys: [] },
      ),
      txnNumber: fc.constant(Long.fromNumber(3)),
      lsid: anyDocument,
    },
    { requiredKeys: [] },
  )
  .map((event) => ({ _id: { _data: '82' }, operationType: 'update', ...event }))

function argsOf(document: DocumentNode) {
  return { schema, document, variableValues: { yes: true }, contextValue: undefined }
}

function both(document: DocumentNode, event: object, format: EjsonFormat) {
  const change = toChange(encodeDocument(documentOf(event)))
  const args = argsOf(document)
  const executed = executeSync({ ...args, rootValue: toChangeModel(change, format) })
  if (executed.errors) throw executed.errors[0] as Error
  const text = createResultText(Infinity)
  compileResult(args)?.(toChangeModel(change, format), text)
  return { executed: writeJson({ data: executed.data }), compiled: String(text.toBuffer()) }
}

const operationOf = (selection: string) => {
  const fragment = selection.includes('...F')
    ? 'fragment F on Change { operationType ...G } fragment G on Change { to { coll } }'
    : ''
  const variable = selection.includes('$yes') ? '($yes: Boolean!)' : ''
  const document = parse(
    `subscription${variable} { root: changes(db: "a") { operationType ${selection} } } ${fragment}`,
  )
  expect(validate(schema, document)).toEqual([])
  return document
}

describe('a compiled result', () => {
  it('has the bytes of an executed one, whatever is asked for', () => {
    fc.assert(
      fc.property(selections, rawEvents, fc.constantFrom('RELAXED', 'CANONICAL'), (selection, event, format) => {
        const { executed, compiled } = both(operationOf(selection), event, format)
        expect(compiled).toBe(executed)
      }),
      { numRuns: 500 },
    )
  })

  it('leaves an event with errors to execution', () => {
    const write = compileResult(argsOf(operationOf('ns { db }')))
    const change = madeChange('82', new Map())
    expect(() => write?.(toChangeModel(change, 'RELAXED'), createResultText(Infinity))).toThrow(NeedsExecution)
  })

  it('ends at the limit', () => {
    const write = compileResult(argsOf(operationOf('json again: json')))
    const event = { _id: { _data: '82' }, operationType: 'insert', text: 'ä'.repeat(5_000) }
    const bytes = both(operationOf('json again: json'), event, 'RELAXED').compiled
    const change = toChange(serialize(event))
    const run = (maxBytes: number) => {
      const text = createResultText(maxBytes)
      write?.(toChangeModel(change, 'RELAXED'), text)
      return String(text.toBuffer())
    }
    expect(run(Buffer.byteLength(bytes))).toBe(bytes)
    expect(() => run(Buffer.byteLength(bytes) - 1)).toThrow(TooLarge)
  })

  it.each(['{ __typename }', '{ changes(db: "a") { wallTime } other: changes(db: "b") { wallTime } }'])(
    'is not made of %s',
    (selection) => {
      expect(compileResult(argsOf(parse(`subscription ${selection}`)))).toBeUndefined()
    },
  )
})
