import { readdirSync, readFileSync } from 'node:fs'
import { BSON } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../src/bson/codec/decode.ts'
import { encodeDocument } from '../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../src/bson/codec/lazy-document.ts'
import { isDocument, type BsonDocument, type BsonValue } from '../../src/bson/values.ts'
import { toKey } from '../../src/bson/key.ts'
import { compileWhere } from '../../src/relay/changes/where.ts'
import { RelayError } from '../../src/errors.ts'
import type { Transcript } from './transcript.ts'

const FOLDER = new URL('./golden/', import.meta.url)

/** A find whose documents are known from inserts before it. */
interface RecordedFind {
  readonly name: string
  /** The filter as Extended JSON. */
  readonly text: string
  readonly filter: BsonDocument
  readonly documents: readonly BsonDocument[]
  /** The keys of the `_id`s that were found, or the server's message. */
  readonly expected: readonly string[] | string
}

const finds = readdirSync(FOLDER).flatMap((file) => {
  const recording = BSON.EJSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'), { relaxed: false }) as Transcript
  return findsOf(recording)
})

/** The finds of a recording up to the first write that is no insert into their collection. */
function findsOf({ name, transcript }: Transcript): RecordedFind[] {
  const found: RecordedFind[] = []
  const collections = new Map<string, BsonDocument[] | undefined>()
  for (const step of transcript) {
    if (step.step !== 'command') continue
    const command = toDocument(step.command)
    const [[verb, target] = []] = command
    // what goes elsewhere is no write into one's own collection
    if (verb === 'aggregate' && /"\$(?:out|merge)"/.test(JSON.stringify(step.command))) break
    const key = `${step.db}.${String(target)}`
    const isKnown = !collections.has(key) || collections.get(key) !== undefined
    if (verb === 'insert' && isKnown && step.reply['writeErrors'] === undefined) {
      collections.set(key, [...(collections.get(key) ?? []), ...documentsIn(command.get('documents'))])
    } else if (verb === 'find') {
      const find = toFind(name, command, toDocument(step.reply), collections.get(key))
      if (find) found.push(find)
    } else if (typeof target === 'string') collections.set(key, undefined)
  }
  return found
}

function toFind(
  name: string,
  command: BsonDocument,
  reply: BsonDocument,
  documents: readonly BsonDocument[] | undefined,
): RecordedFind | undefined {
  const filter = command.get('filter')
  if (!documents || !filter || !isDocument(filter) || command.has('limit') || command.has('skip')) return undefined
  const text = new LazyDocument(encodeDocument(filter)).text('RELAXED').text
  const message = reply.get('errmsg')
  // of what else is wrong with a command, the filter is not to blame
  const isAboutFilter = name === 'filters-odd' || name === 'query-operators'
  if (typeof message === 'string')
    return isAboutFilter ? { name, text, filter, documents, expected: message } : undefined
  const cursor = reply.get('cursor')
  const batch = documentsIn(isDocument(cursor ?? null) ? (cursor as BsonDocument).get('firstBatch') : undefined)
  if (batch.some((document) => !document.has('_id'))) return undefined
  return { name, text, filter, documents, expected: batch.map(idKey).sort() }
}

function idKey(document: BsonDocument): string {
  return toKey(document.get('_id') as BsonValue)
}

function documentsIn(value: BsonValue | undefined): BsonDocument[] {
  return Array.isArray(value) ? value.filter(isDocument) : []
}

function toDocument(value: object): BsonDocument {
  return decodeDocument(Buffer.from(BSON.serialize(value)))
}

describe('where, against recordings of finds', () => {
  it('has recordings to be compared with', () => {
    expect(finds.length).toBeGreaterThan(50)
    expect(finds.filter(({ expected }) => typeof expected === 'string').length).toBeGreaterThan(10)
  })

  it.each(finds)('agrees with the server: $name $text', ({ filter, documents, expected }) => {
    const verdict = verdictOf(filter, documents)
    if (typeof verdict !== 'string') expect(verdict).toEqual(expected)
    // what the server takes may be refused only for an operator that is not allowed
    else if (typeof expected === 'string')
      expect(verdict).toContain(verdict.includes('allowed are') ? 'where' : expected)
    else expect(verdict).toContain('allowed are')
  })
})

function verdictOf(filter: BsonDocument, documents: readonly BsonDocument[]): string[] | string {
  try {
    const test = compileWhere(filter)
    return documents
      .filter((document) => test(new LazyDocument(encodeDocument(document))))
      .map(idKey)
      .sort()
  } catch (error) {
    if (error instanceof RelayError && error.code === 'BAD_USER_INPUT') return error.message
    throw error
  }
}
