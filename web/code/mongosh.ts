import { parseShellDocument } from '../shell/parse.ts'
import { quote } from '../shell/quote.ts'
import type { DocumentValue, Value } from '../shell/value.ts'
import { toJson, toShell } from '../shell/write.ts'
import { isObject } from './arguments.ts'
import type { CodeView } from './code-view.ts'

const FULL_DOCUMENT = { UPDATE_LOOKUP: 'updateLookup', WHEN_AVAILABLE: 'whenAvailable', REQUIRED: 'required' } as const

/** Tokens that a server gave as they are: `_data`, and after a `T` the bits of `_typeBits`. */
const SERVER_TOKEN = /^([0-9A-F]+)(?:T((?:[0-9A-F]{2})+))?$/i

/** A view in MongoDB's shell, without the relay. What the relay alone has is left out, with a line that says so. */
export function toMongosh(view: CodeView): string {
  const options = toOptions(view)
  const pipeline = toPipeline(view)
  const last = options === '{}' ? pipeline : `${pipeline}, ${options}`
  return `${toNotes(view)}const changes = ${toTarget(view)}.watch(${last})
while (!changes.isClosed()) {
  const change = changes.tryNext()
  if (change) printjson(change)
}
`
}

function toTarget({ db, coll }: CodeView): string {
  if (db === null) return 'db.getMongo()'
  const database = `db.getSiblingDB(${quote(db)})`
  return coll === null ? database : `${database}.getCollection(${quote(coll)})`
}

function toPipeline({ where, operationTypes }: CodeView): string {
  const types =
    operationTypes === null ? [] : [`{ $match: { operationType: { $in: [${operationTypes.map(quote).join(', ')}] } } }`]
  const filter = where === null ? [] : [`{ $match: ${toFilter(parseShellDocument(where))} }`]
  return `[${[...types, ...filter].join(', ')}]`
}

function toFilter(filter: DocumentValue): string {
  return isObject(filter) && isInShell(filter) ? toShell(filter) : `EJSON.parse(${quote(toJson(filter))})`
}

/** Whether the shell has syntax for all that is in a value. */
function isInShell(value: Value): boolean {
  if (value.kind === 'array') return value.items.every(isInShell)
  if (value.kind === 'document') return value.fields.every((field) => isInShell(field.value))
  return value.scalar.type !== 'other' || !value.scalar.shell.startsWith('{')
}

function toOptions({ fullDocument, fullDocumentBeforeChange, start }: CodeView): string {
  const options = [
    ...(fullDocument === 'DEFAULT' ? [] : [`fullDocument: ${quote(FULL_DOCUMENT[fullDocument])}`]),
    ...(fullDocumentBeforeChange === 'OFF'
      ? []
      : [`fullDocumentBeforeChange: ${quote(FULL_DOCUMENT[fullDocumentBeforeChange])}`]),
    ...(start.kind === 'at' ? [`startAtOperationTime: Timestamp({ t: ${start.seconds}, i: ${start.ordinal} })`] : []),
    ...(start.kind === 'after' ? toStartAfter(start.resumeToken) : []),
  ]
  return options.length === 0 ? '{}' : `{ ${options.join(', ')} }`
}

function toStartAfter(token: string): string[] {
  const [, data, bits] = SERVER_TOKEN.exec(token) ?? []
  if (data === undefined) return []
  return [`startAfter: { _data: ${quote(data)}${bits === undefined ? '' : `, _typeBits: HexData(0, ${quote(bits)})`} }`]
}

function toNotes({ start, snapshot }: CodeView): string {
  const notes = [
    ...(snapshot === null
      ? []
      : ['// the documents that exist already: the relay alone delivers them, before the changes']),
    ...(start.kind === 'last' ? [`// the last ${start.count} changes: the relay alone remembers them`] : []),
    ...(start.kind === 'after' && !SERVER_TOKEN.test(start.resumeToken)
      ? ['// the position: its token is one that the relay alone takes']
      : []),
  ]
  return notes.map((note) => `${note}\n`).join('')
}
