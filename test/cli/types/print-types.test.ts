import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import {
  Binary,
  Code,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb'
import { serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { toEjsonText } from '../../../src/bson/ejson/to-ejson-text.ts'
import { BSON_TYPE } from '../../../src/bson/types.ts'
import { printTypes } from '../../../src/cli/types/print-types.ts'
import { useEngine } from '../../support/engine.ts'

const COMPILER = resolve(import.meta.dirname, '../../../node_modules/typescript/bin/tsc')

/** Values of each type that `bsonType` names. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  double: [new Double(1.5), new Double(Infinity), new Double(-0), new Double(2 ** 60)],
  string: ['a'],
  object: [{ a: 1 }],
  array: [[1, 'a']],
  binData: [new Binary(Buffer.from('a'))],
  objectId: [new ObjectId()],
  bool: [true],
  date: [new Date(0), new Date(-1)],
  null: [null],
  regex: [/a/i],
  javascript: [new Code('1')],
  javascriptWithScope: [new Code('1', { a: 1 })],
  int: [new Int32(1)],
  timestamp: [new Timestamp({ t: 1, i: 2 })],
  long: [Long.fromNumber(1), Long.MAX_VALUE],
  decimal: [Decimal128.fromString('1')],
  minKey: [new MinKey()],
  maxKey: [new MaxKey()],
  number: [new Int32(1), Long.fromNumber(2), new Double(0.5), Decimal128.fromString('1')],
}

/** A collection, documents that it takes, and some that it does not, of which the type knows. */
interface Case {
  readonly coll: string
  readonly schema: Document
  readonly good: readonly Document[]
  readonly bad?: readonly Document[]
}

const CASES: readonly Case[] = [
  {
    coll: 'all_types',
    schema: {
      properties: Object.fromEntries(Object.keys(VALUES).map((bsonType) => [`of ${bsonType}`, { bsonType }])),
    },
    good: Object.entries(VALUES).flatMap(([type, values]) => values.map((value) => ({ [`of ${type}`]: value }))),
    bad: [{ 'of string': 1 }, { 'of int': 'a' }, { 'of bool': 'a' }, { 'of array': 'a' }, { 'of objectId': 'a' }],
  },
  {
    coll: 'order-items',
    schema: {
      bsonType: 'object',
      title: 'An order',
      required: ['status', 'lines', 'extra'],
      properties: {
        _id: { bsonType: 'string', description: 'Its number */ alert(1) /*' },
        status: { enum: ['new', 'paid', new Int32(3), null, new Double(1.5)] },
        lines: {
          bsonType: 'array',
          items: { bsonType: 'object', required: ['sku'], properties: { sku: { type: 'string' } } },
        },
        note: { bsonType: ['string', 'null'], description: 'Two\nlines' },
        'a "quoted" name': { type: 'number' },
        __proto__x: { type: 'boolean' },
        pair: { bsonType: 'array', items: [{ type: 'string' }, { bsonType: 'int' }], additionalItems: false },
      },
      additionalProperties: { bsonType: 'int' },
    },
    good: [
      { _id: 'a', status: 'new', lines: [], extra: new Int32(1) },
      { _id: 'b', status: new Int32(3), lines: [{ sku: 'x' }], extra: new Int32(1), note: null },
      { _id: 'c', status: null, lines: [], extra: new Int32(1), pair: ['a', new Int32(1)], 'a "quoted" name': 1 },
    ],
    bad: [
      { _id: 'a', lines: [], extra: new Int32(1) },
      { _id: 'a', status: 'lost', lines: [], extra: new Int32(1) },
      { _id: 'a', status: 'new', lines: [{}], extra: new Int32(1) },
      { _id: 'a', status: 'new', lines: [], extra: new Int32(1), note: true },
      { _id: 'a', status: 'new', lines: [], extra: new Int32(1), pair: [true] },
    ],
  },
  {
    coll: '7.closed',
    schema: {
      bsonType: 'object',
      properties: { _id: {}, a: { bsonType: 'int' } },
      additionalProperties: false,
    },
    good: [{ _id: 'a', a: new Int32(1) }, { _id: 'b' }],
    bad: [{ _id: 'a', b: true }],
  },
  {
    coll: 'shapes',
    schema: {
      properties: { kind: { bsonType: 'string' } },
      oneOf: [
        { required: ['radius'], properties: { kind: { enum: ['circle'] }, radius: { bsonType: 'double' } } },
        { required: ['width'], properties: { kind: { enum: ['square'] }, width: { bsonType: 'double' } } },
      ],
      allOf: [{ required: ['kind'] }],
    },
    good: [
      { kind: 'circle', radius: new Double(0.5) },
      { kind: 'square', width: new Double(0.5) },
    ],
    bad: [{ kind: 'circle' }, { kind: 'circle', radius: 'a' }],
  },
]

describe('the types of a collection', () => {
  const fixture = useEngine()
  const types = (coll: string) => printTypes({ mongoUri: fixture.engine.uri, db: 'shop', coll })

  it('take what its validator takes, in both forms, and little else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tailrace-types-'))
    const db = fixture.client.db('shop')
    try {
      for (const { coll, schema, good, bad = [] } of CASES) {
        await db.createCollection(coll, { validator: { $jsonSchema: schema } })
        const { text, remark } = await types(coll)
        expect(remark).toBeUndefined()
        const [, name = ''] = /export type (\w+) =/.exec(text) ?? []
        const lines = [text]
        for (const document of good) {
          const { insertedId } = await db.collection<Document>(coll).insertOne(document)
          lines.push(...assignments(name, { _id: insertedId, ...document }))
        }
        for (const document of bad) {
          const whole: Document = { _id: 'bad', ...document }
          await expect(db.collection<Document>(coll).insertOne(whole)).rejects.toThrow('failed validation')
          for (const line of assignments(name, whole))
            lines.push(`// @ts-expect-error refused by the validator\n${line}`)
        }
        await writeFile(join(folder, `${coll}.ts`), lines.join('\n'))
      }
      const files = CASES.map(({ coll }) => `${coll}.ts`)
      const args = [COMPILER, '--noEmit', '--strict', '--target', 'es2023', '--moduleDetection', 'force']
      const compiled = await promisify(execFile)(process.execPath, [...args, ...files], { cwd: folder }).catch(
        (error: unknown) => error,
      )
      expect(compiled).toMatchObject({ stdout: '' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('are readable', async () => {
    const schema = {
      required: ['status'],
      properties: { status: { enum: ['new', 'paid'], description: 'How far it is' }, cents: { bsonType: 'long' } },
    }
    await fixture.client.db('shop').createCollection('orders', { validator: { $jsonSchema: schema } })
    expect((await types('orders')).text).toBe(`// Made by tailrace types --ns shop.orders

/** A document of shop.orders, as relaxed Extended JSON. */
export type Orders = {
  _id: unknown
  /** How far it is */
  status: "new" | "paid"
  cents?: number | { $numberLong: string }
}

/** The same as canonical Extended JSON. */
export type OrdersCanonical = {
  _id: unknown
  /** How far it is */
  status: "new" | "paid"
  cents?: { $numberLong: string }
}
`)
  })

  it('are any where there is no schema, which is said', async () => {
    await fixture.client.db('shop').createCollection('logs', { validator: { a: { $gt: 1 } } })
    await fixture.client.db('shop').createCollection('both', {
      validator: { $and: [{ $jsonSchema: { required: ['a'] } }, { b: 1 }] },
    })
    const { text, remark } = await types('logs')
    expect(text).toContain('export type Logs = {\n  _id: unknown\n  [name: string]: unknown\n}')
    expect(remark).toBe('shop.logs has no validator with $jsonSchema: its documents are taken for any')
    expect((await types('both')).text).toMatch(/_id: unknown\n.*a: unknown/)
  })

  it('are refused where there is no such collection, no server, or no URI', async () => {
    await expect(types('nothing')).rejects.toThrow('There is no collection shop.nothing')
    const place = { db: 'shop', coll: 'orders' }
    await expect(printTypes({ ...place, mongoUri: 'mongodb://a:hidden@' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.not.stringContaining('hidden'),
    })
  })
})

/** A document in both forms, as it is taken for what the type says. */
function assignments(name: string, document: Document): string[] {
  const bytes = Buffer.from(serialize(document))
  return (['RELAXED', 'CANONICAL'] as const).map((format) => {
    const type = format === 'RELAXED' ? name : `${name}Canonical`
    const text = toEjsonText(bytes, BSON_TYPE.document, 0, bytes.length, format)
    return `{ const document: ${type} = ${text}; void document }`
  })
}
