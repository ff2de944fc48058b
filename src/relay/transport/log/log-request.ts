import type { Grant } from '../../access/rules/policy.ts'
import { badUserInput } from '../../../errors.ts'
import type { EjsonFormat } from '../../../bson/ejson/to-ejson-text.ts'
import { type Scope, toScope } from '../../changes/scope.ts'
import type { ChangesRequest } from '../../feed/request.ts'
import { type ChangesArgs, CHOICES as OF_ARGUMENTS, toChangesRequest } from '../../graphql/changes-request.ts'
import { suggestion } from '../../../util/nearest.ts'
import { pathOf } from '../http/asked.ts'

/** The path that logs are served below. */
export const LOG_PATH = '/streams'

/** How a log is read: what there is; where there is nothing, what comes next; or all, as it comes. */
export type LogMode = 'catch-up' | 'long-poll' | 'sse'

/** Which log is read, from where, and how; its names and modes are checked. */
export interface LogQuery {
  readonly scope: Scope
  readonly mode: LogMode
  /** A resume token, `-1` for as far back as is remembered, or `now`. */
  readonly offset: string
  /** What the answer before told; `undefined` when it is no number. */
  readonly cursor: number | undefined
  /** What others, who see the same, share with this caller. */
  readonly view: string | undefined
  readonly parameters: ReadonlyMap<string, string>
}

/** What a log is asked for, checked. */
export interface LogRequest {
  readonly request: ChangesRequest
  readonly format: EjsonFormat
  /** Whether an event can look different when it is asked for again. */
  readonly isChanging: boolean
  /** Equal for requests whose events look the same to those who may see the same. */
  readonly key: string
}

const MODES: Readonly<Record<string, LogMode>> = { 'long-poll': 'long-poll', sse: 'sse' }

/** The values of parameters that have a few, as GraphQL names them. */
const CHOICES = { ...OF_ARGUMENTS, showExpandedEvents: ['FALSE', 'TRUE'] } as const

const PARAMETERS = ['offset', 'live', 'cursor', 'view', 'where', 'operationTypes', ...Object.keys(CHOICES)]

/**
 * Whether a path is that of a log, or could be one.
 *
 * A log's path has a database and a collection, a database alone, or neither.
 */
export function isLogPath(path: string): boolean {
  return path === LOG_PATH || path.startsWith(`${LOG_PATH}/`)
}

/**
 * Reads a log's URL. A parameter that is not known is refused: a filter with a mistyped name would let everything
 * through.
 *
 * @throws RelayError `BAD_USER_INPUT`, or `FORBIDDEN` for what is internal to MongoDB
 */
export function readLogUrl(url: string): LogQuery {
  const path = pathOf(url)
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(url.slice(path.length))) {
    if (!PARAMETERS.includes(name)) {
      throw badUserInput(`Unknown parameter ${JSON.stringify(name.slice(0, 64))}${suggestion(name, PARAMETERS)}`)
    }
    if (parameters.has(name)) throw badUserInput(`The parameter \`${name}\` is there twice`)
    // a part of a string holds on to all of it
    parameters.set(name, Buffer.from(value).toString())
  }
  const live = parameters.get('live')
  const mode = live === undefined ? 'catch-up' : MODES[live]
  if (!mode) throw badUserInput('`live` is long-poll or sse, or is left out to read what there is')
  const offset = parameters.get('offset')
  if (mode !== 'catch-up' && offset === undefined) {
    throw badUserInput('`live` needs an `offset`: the last Stream-Next-Offset, -1, or now')
  }
  const cursor = Number(parameters.get('cursor') ?? NaN)
  return {
    scope: readScope(path.slice(LOG_PATH.length)),
    mode,
    offset: offset ?? '-1',
    cursor: Number.isSafeInteger(cursor + 1) ? cursor : undefined,
    view: parameters.get('view'),
    parameters,
  }
}

/**
 * Checks what a log is asked for.
 *
 * @throws RelayError `BAD_USER_INPUT` or `RESUME_TOKEN_INVALID`
 */
export function toLogRequest(query: LogQuery, grant: Grant, maxTokenBytes: number): LogRequest {
  const { scope, offset, parameters } = query
  const where = parameters.get('where')
  const types = parameters.get('operationTypes')
  const fullDocument = choiceOf(parameters, 'fullDocument')
  const fullDocumentBeforeChange = choiceOf(parameters, 'fullDocumentBeforeChange')
  const format = choiceOf(parameters, 'format')
  const showExpandedEvents = choiceOf(parameters, 'showExpandedEvents') === 'TRUE'
  const args: ChangesArgs = {
    ...scope,
    fullDocument,
    fullDocumentBeforeChange,
    format,
    showExpandedEvents,
    ...(where === undefined ? {} : { where }),
    ...(types === undefined ? {} : { operationTypes: types.split(',') }),
    // all that is remembered is more than can be asked for by a number
    ...(offset === '-1' || offset === 'now' ? {} : { startAfter: offset }),
  }
  const request = toChangesRequest(args, { lastEventId: undefined, grant, maxTokenBytes })
  return {
    request: offset === '-1' ? { ...request, start: { last: Infinity } } : request,
    format,
    isChanging: fullDocument === 'UPDATE_LOOKUP',
    key: JSON.stringify([where, types, fullDocument, fullDocumentBeforeChange, format, showExpandedEvents, grant.key]),
  }
}

function readScope(path: string): Scope {
  const [, ...names] = path.split('/')
  if (names.at(-1) === '') names.pop()
  if (names.length > 2) throw badUserInput(`A log is at ${LOG_PATH}/{db}/{coll}; a slash in a name is written %2F`)
  const [db, coll] = names.map(decoded)
  return toScope(db, coll)
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    throw badUserInput('The path has a % that stands for no character: write it %25')
  }
}

function choiceOf<N extends keyof typeof CHOICES>(
  parameters: ReadonlyMap<string, string>,
  name: N,
): (typeof CHOICES)[N][number] {
  const choices: readonly (typeof CHOICES)[N][number][] = CHOICES[name]
  const [fallback] = CHOICES[name]
  const given = parameters.get(name)
  if (given === undefined) return fallback
  const choice = choices.find((value) => value === given.toUpperCase())
  if (choice === undefined) throw badUserInput(`\`${name}\` is one of ${choices.join(', ').toLowerCase()}`)
  return choice
}
