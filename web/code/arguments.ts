import { parseShellDocument } from '../shell/parse.ts'
import { quote } from '../shell/quote.ts'
import type { DocumentValue, Value } from '../shell/value.ts'
import { toRelaxedJson } from '../shell/write.ts'
import type { CodeStart, CodeView } from './code-view.ts'

/** An argument of `changes` that a view gives, in the ways that code writes it. */
export interface Argument {
  readonly name: string
  /** Its type in the schema. */
  readonly type: string
  /** A value of a variable. */
  readonly json: string
  readonly js: string
  /** A literal. */
  readonly graphql: string
}

/** What a view asks for, without what is the default. */
export function toArguments(view: CodeView): readonly Argument[] {
  const { db, coll, operationTypes, where, fullDocument, fullDocumentBeforeChange, snapshot } = view
  return [
    ...(db === null ? [] : [toSame('db', 'String', quote(db))]),
    ...(coll === null ? [] : [toSame('coll', 'String', quote(coll))]),
    ...(operationTypes === null
      ? []
      : [toSame('operationTypes', '[String!]', `[${operationTypes.map(quote).join(', ')}]`)]),
    ...(where === null ? [] : [toFilter(where)]),
    ...(fullDocument === 'DEFAULT' ? [] : [toEnum('fullDocument', 'FullDocument!', fullDocument)]),
    ...(fullDocumentBeforeChange === 'OFF'
      ? []
      : [toEnum('fullDocumentBeforeChange', 'FullDocumentBeforeChange!', fullDocumentBeforeChange)]),
    ...(snapshot === null ? [] : [toEnum('snapshot', 'Snapshot', snapshot)]),
    ...toStart(view.start),
  ]
}

function toSame(name: string, type: string, text: string): Argument {
  return { name, type, json: text, js: text, graphql: text }
}

function toEnum(name: string, type: string, value: string): Argument {
  return { ...toSame(name, type, quote(value)), graphql: value }
}

function toFilter(where: string): Argument {
  const filter = parseShellDocument(where)
  const json = toRelaxedJson(filter)
  // JSON never has three quotes in a row, and a backslash means nothing here
  const graphql = `"""${json}"""`
  return { name: 'where', type: 'EJSON', json, js: isObject(filter) ? json : quote(json), graphql }
}

/** Whether JavaScript makes of a document's text an object with the same fields in the same order. */
export function isObject(document: DocumentValue): boolean {
  const isKept = (value: Value): boolean =>
    value.kind === 'scalar'
      ? !value.scalar.json.includes('__proto__')
      : value.kind === 'array'
        ? value.items.every(isKept)
        : value.fields.every(({ name, value: inner }) => name !== '__proto__' && !/^\d+$/.test(name) && isKept(inner))
  return isKept(document)
}

function toStart(start: CodeStart): readonly Argument[] {
  switch (start.kind) {
    case 'now':
      return []
    case 'last':
      return [toSame('last', 'Int', String(start.count))]
    case 'after':
      return [toSame('startAfter', 'ResumeToken', quote(start.resumeToken))]
    case 'at': {
      const { seconds: t, ordinal: i } = start
      const text = `{ "$timestamp": { "t": ${t}, "i": ${i} } }`
      return [{ ...toSame('startAtOperationTime', 'Timestamp', text), graphql: `{ t: ${t}, i: ${i} }` }]
    }
  }
}
