import { writeEjson } from '../../../client/query/write-ejson.ts'
import { WatchError } from '../../../client/watch-error.ts'
import { badUserInput } from '../../../errors.ts'
import { type ChangesArgs, CHOICES, SNAPSHOTS } from '../../graphql/changes-request.ts'
import { refuseUnknown } from '../../options/values.ts'

/**
 * What to watch, and from where: the arguments of the schema's `changes`, with its defaults, except `format`.
 *
 * `where` and `startAtOperationTime` take dates, bigints, bytes, the values of `bson`, and `Map`s for documents whose
 * fields have to be in an order that JavaScript does not keep; or a string of Extended JSON.
 */
export type ChangesArguments = {
  readonly [Name in Exclude<keyof ChangesArgs, 'format'>]?: ChangesArgs[Name] | undefined
}

/** What a value has to be. */
interface Expectation {
  readonly expected: string
  readonly isMet: (value: unknown) => boolean
}

const isText = (value: unknown) => typeof value === 'string'
const text: Expectation = { expected: 'a string', isMet: isText }
const texts: Expectation = {
  expected: 'a list of strings',
  isMet: (value) => Array.isArray(value) && value.every(isText),
}
const integer: Expectation = { expected: 'an integer', isMet: Number.isSafeInteger }
const onOff: Expectation = { expected: 'true or false', isMet: (value) => typeof value === 'boolean' }
// written as Extended JSON, or refused by that
const ejson: Expectation = { expected: 'a value', isMet: (value) => value !== null }

const EXPECTATIONS: Readonly<Record<keyof ChangesArguments, Expectation>> = {
  db: text,
  coll: text,
  operationTypes: texts,
  where: ejson,
  fullDocument: oneOf(CHOICES.fullDocument),
  fullDocumentBeforeChange: oneOf(CHOICES.fullDocumentBeforeChange),
  showExpandedEvents: onOff,
  startAfter: text,
  startAtOperationTime: ejson,
  last: integer,
  snapshot: oneOf(SNAPSHOTS),
  announceStart: onOff,
  announceInterruptions: onOff,
  announcePositions: onOff,
}

/**
 * Checks what no schema has checked, and fills in the defaults. A name that is not known is refused: a filter with a
 * mistyped name would let everything through.
 *
 * @throws RelayError `BAD_USER_INPUT`
 */
export function toChangesArgs(given: ChangesArguments): ChangesArgs {
  refuseUnknown('subscribe', given, Object.keys(EXPECTATIONS))
  const present = Object.entries(given).filter(([, value]) => value !== undefined)
  // the names are known
  for (const [name, value] of present as [keyof ChangesArguments, unknown][]) {
    const { expected, isMet } = EXPECTATIONS[name]
    if (!isMet(value)) throw badUserInput(`\`${name}\` is ${expected}; got ${value === null ? 'null' : typeof value}`)
  }
  const { where, startAtOperationTime, ...others } = Object.fromEntries(present) as ChangesArguments
  const [fullDocument] = CHOICES.fullDocument
  const [fullDocumentBeforeChange] = CHOICES.fullDocumentBeforeChange
  const [format] = CHOICES.format
  return {
    fullDocument,
    fullDocumentBeforeChange,
    format,
    showExpandedEvents: false,
    // what is undefined is left out
    ...(others as Partial<ChangesArgs>),
    ...toEjson('where', where),
    ...toEjson('startAtOperationTime', startAtOperationTime),
  }
}

function toEjson(name: string, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  if (typeof value === 'string') return { [name]: value }
  try {
    return { [name]: writeEjson(value, name) }
  } catch (error) {
    throw error instanceof WatchError ? badUserInput(error.message) : error
  }
}

function oneOf(names: readonly string[]): Expectation {
  return { expected: `one of ${names.join(', ')}`, isMet: (value) => isText(value) && names.includes(value) }
}
