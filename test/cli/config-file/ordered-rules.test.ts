import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRules } from '../../../src/relay/access/rules/rules-schema.ts'
import { toRowFilter } from '../../../src/relay/access/row-filter.ts'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../../src/bson/codec/lazy-document.ts'
import type { BsonDocument } from '../../../src/bson/values.ts'
import { readEjsonDocument } from '../../../src/relay/changes/read-ejson.ts'
import { printConfig } from '../../../src/cli/print-config.ts'
import { readConfig } from '../../../src/cli/config-file/read-config.ts'
import { oddDocumentText, UNSAFE_NUMBERS } from '../../support/odd-names.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tailrace-rules-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function readRules(where: string) {
  const path = join(folder, 'config.json')
  writeFileSync(path, `{"rules": [{"namespaces": ["*"], "where": ${where}}]}`)
  const config = await readConfig({ flags: new Map(), config: path }, {})
  const [rule] = parseRules(config.parts.rules)
  return { where: rule?.where ?? {}, printed: printConfig(config, true) }
}

const lazy = (document: BsonDocument) => new LazyDocument(encodeDocument(document))

/** The same fields, the other way round. */
function reversed(document: BsonDocument): BsonDocument {
  return new Map([...document].reverse())
}

describe('a rule in a configuration file', () => {
  it('lets through exactly what it says, whatever the names and their order', async () => {
    await fc.assert(
      fc.asyncProperty(oddDocumentText, async (text) => {
        const document = readEjsonDocument(text, 'it')
        const { where, printed } = await readRules(`{"x": {"$eq": ${text}}}`)
        const filter = toRowFilter(where, {})
        expect(filter?.test(lazy(new Map([['x', document]])))).toBe(true)
        if (document.size > 1) expect(filter?.test(lazy(new Map([['x', reversed(document)]])))).toBe(false)
        expect(printed.replace(/\s/g, '')).toContain(text.replace(/\s/g, ''))
      }),
      { numRuns: 60 },
    )
  })

  it('has a key of its own for each order of fields', async () => {
    const keys = await Promise.all(
      ['{"x": {"7": 1, "1": 2}}', '{"x": {"1": 2, "7": 1}}'].map(async (where) => {
        const { where: read } = await readRules(where)
        return toRowFilter(read, {})?.key
      }),
    )
    expect(new Set(keys).size).toBe(2)
  })

  it('keeps conditions on a field that is called __proto__, and claims of that name', async () => {
    const { where } = await readRules('{"a": 1, "__proto__": 2}')
    const filter = toRowFilter(where, {})
    expect(filter?.test(lazy(readEjsonDocument('{"a": 1, "__proto__": 2}', 'it')))).toBe(true)
    expect(filter?.test(lazy(readEjsonDocument('{"a": 1}', 'it')))).toBe(false)
    const claims: unknown = JSON.parse('{"__proto__": "admin"}')
    const [rule] = parseRules([{ namespaces: ['*'], claims }])
    expect(Object.keys(rule?.claims ?? {})).toEqual(['__proto__'])
  })

  it('fills claims into documents in their order', async () => {
    const { where } = await readRules('{"x": {"b": "$claims.sub", "7": [{"z": 1, "1": "$claims.sub"}], "1": 3}}')
    const document = readEjsonDocument('{"b": "me", "7": [{"z": 1, "1": "me"}], "1": 3}', 'it')
    expect(toRowFilter(where, { sub: 'me' })?.test(lazy(new Map([['x', document]])))).toBe(true)
  })

  it.each(UNSAFE_NUMBERS)('refuses %s, which JavaScript cannot hold', async (number) => {
    await expect(readRules(`{"x": ${number}}`)).rejects.toThrow(/\$numberLong|a number that a double can hold/)
  })

  it('refuses a name that is twice in one document', async () => {
    await expect(readRules('{"x": 1, "x": 2}')).rejects.toThrow('has the name "x" twice')
  })
})
