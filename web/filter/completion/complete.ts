import { FIELD_WHERE_OPERATORS, TOP_LEVEL_WHERE_OPERATORS } from '../../../src/relay/changes/where-operators.ts'
import { CONSTRUCTORS } from '../../shell/constructors.ts'
import { quote } from '../../shell/quote.ts'
import { toShellName } from '../../shell/write.ts'
import { EVENT_FIELDS, JOINING_OPERATORS } from '../event-fields.ts'
import { caretAt, type Caret } from './caret.ts'

/** What could be typed. */
export interface Completion {
  readonly kind: 'field' | 'operator' | 'value'
  /** For people. */
  readonly label: string
  /** What to put in. */
  readonly insert: string
}

/** What could be typed at a place in a text. */
export interface Completions {
  /** What is replaced: from here */
  readonly start: number
  /** to before here. */
  readonly end: number
  /** The likeliest first; empty where there is nothing to offer. */
  readonly list: readonly Completion[]
}

const EVENT_PATHS = [
  ...EVENT_FIELDS,
  ...['ns.db', 'ns.coll', 'to.db', 'to.coll', 'documentKey._id', 'updateDescription.updatedFields'],
  'updateDescription.removedFields',
]

const OPERATION_TYPES = [
  ...['insert', 'update', 'replace', 'delete', 'drop', 'rename', 'dropDatabase', 'invalidate'],
  ...['create', 'createIndexes', 'dropIndexes', 'modify'],
]

/** Which part of a document names are offered under as well as by themselves. */
const DOCUMENT_PARTS = ['fullDocument.', 'fullDocumentBeforeChange.']

/**
 * Offers what could be typed into a filter: names of fields, operators where they may stand, functions that make
 * values, and the values of `operationType`.
 *
 * **Cost**: linear in the text before the caret and in the names.
 *
 * @param caret the place in the text, in UTF-16 units
 * @param names of fields in documents, the likeliest first: those of `FieldNames`
 * @param most how many are offered
 */
export function complete(text: string, caret: number, names: readonly string[], most = 12): Completions {
  const nothing = { start: caret, end: caret, list: [] }
  const at = caretAt(text.slice(0, caret))
  if (!at) return nothing
  const rest = text.slice(caret)
  const end = at.quote !== '' && rest.startsWith(at.quote) ? caret + 1 : caret
  const list = at.position === 'name' ? offerNames(at, names, rest) : offerValues(at)
  return { start: at.start, end, list: list.slice(0, most) }
}

/** Whether a document at this path asks about fields, and is not a field's operators. */
function isOfFields(path: readonly string[]): boolean {
  return path.every((name) => JOINING_OPERATORS.includes(name)) || path.at(-1) === '$elemMatch'
}

function offerNames({ path, prefix, quote: opening }: Caret, names: readonly string[], rest: string): Completion[] {
  const colon = /^["']?\s*:/.test(rest) ? '' : ': '
  const toCompletions = (kind: Completion['kind'], labels: readonly string[]) =>
    likely(prefix, labels).map((label) => {
      const name = opening === '' ? toShellName(label) : quote(label)
      return { kind, label, insert: `${name}${colon}` }
    })
  if (!isOfFields(path)) return toCompletions('operator', FIELD_WHERE_OPERATORS)
  const element = path.findLastIndex((name) => name === '$elemMatch')
  if (element !== -1) {
    const outside = `${path
      .slice(0, element)
      .filter((name) => !name.startsWith('$'))
      .join('.')}.`
    const inside = names.filter((name) => name.startsWith(outside)).map((name) => name.slice(outside.length))
    return [...toCompletions('field', inside), ...toCompletions('operator', FIELD_WHERE_OPERATORS)]
  }
  const part = DOCUMENT_PARTS.find((one) => prefix.startsWith(one)) ?? ''
  const ofDocument = names.map((name) =>
    part === '' && EVENT_FIELDS.includes(name.split('.')[0] ?? '') ? `fullDocument.${name}` : `${part}${name}`,
  )
  return [
    ...toCompletions('field', [...new Set([...ofDocument, ...EVENT_PATHS, '_id'])]),
    ...toCompletions('operator', TOP_LEVEL_WHERE_OPERATORS),
  ]
}

function offerValues({ path, prefix, quote: opening }: Caret): Completion[] {
  const field = path.findLast((name) => !name.startsWith('$'))
  if (field === 'operationType') {
    return likely(prefix, OPERATION_TYPES).map((type) => ({ kind: 'value', label: type, insert: quote(type) }))
  }
  if (opening !== '') return []
  if (path.at(-1) === '$exists')
    return likely(prefix, ['true', 'false']).map((label) => ({ kind: 'value', label, insert: label }))
  if (prefix === '') return []
  return likely(prefix, [...CONSTRUCTORS.keys(), 'true', 'false', 'null']).map((label) => ({
    kind: 'value',
    label,
    insert: CONSTRUCTORS.has(label) ? `${label}(` : label,
  }))
}

/** Those that begin as typed, then those that have it anywhere, in their order. */
function likely(prefix: string, labels: readonly string[]): string[] {
  const typed = prefix.toLowerCase()
  const places = labels.map((label) => [label, label.toLowerCase().indexOf(typed)] as const)
  const begin = places.filter(([label, place]) => place === 0 && label !== prefix)
  const within = typed === '' ? [] : places.filter(([, place]) => place > 0)
  return [...begin, ...within].map(([label]) => label)
}
