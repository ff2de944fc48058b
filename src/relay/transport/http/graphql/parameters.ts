import { createGraphQLError, type GraphQLParams } from 'graphql-yoga'
import { sliceFields } from '../../../../bson/ejson/json-slices.ts'
import { depthProblem } from '../../../graphql/limits/json-depth.ts'
import type { Operation, Operations } from '../../../graphql/operations/operations.ts'
import { declaredVariables } from '../../../graphql/operations/variable-sources.ts'
import { hasHashAlone, persistedQueryNotSupported } from './persisted-query.ts'
import type { RequestBody } from '../asked.ts'

/** A request, with what is being read of it. */
export interface GivenRequest {
  /** Its path and query. */
  readonly url: string
  /** The body of a POST; absent otherwise. */
  readonly body?: Promise<RequestBody> | undefined
}

/** What a request asks for. */
export interface Parameters {
  /** What it says of the operation, as far as that is used: variables that are declared, and no extensions. */
  readonly params: GraphQLParams
  /** Gives the operation, or throws what is wrong with its text. */
  readonly operation: () => Operation
}

/** What is wrong with the server that a relay is mounted in, where the caller can see it as well as its operator. */
const READ_BEFORE =
  'The body was read before the relay got the request, and is not in `request.body` either: ' +
  'mount the relay before what reads bodies, or hand on a request that still has its own'

/** A request's JSON, or what its URL holds instead, unchecked, and the text that the variables were read from. */
interface Asked {
  readonly given: GraphQLParams
  readonly variablesText: () => string | undefined
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads what a request asks for, from the JSON in the body of a POST or from the URL of a GET.
 *
 * **Memory**: what it gives is as large as what is used of the request, and holds on to nothing else of it. JSON takes
 * twenty times its text, and an operation can go on for as long as its connection.
 *
 * @throws GraphQLError for what is no operation, or cannot be read
 */
export async function readParameters({ url, body }: GivenRequest, operations: Operations): Promise<Parameters> {
  const { given, variablesText } = body ? fromBody(await body) : fromUrl(url)
  check(given)
  const { query, operationName, variables, extensions } = given
  const operation = attempt(() => operations.get(query ?? ''))
  const params = {
    ...given,
    // what is none is for Yoga to refuse
    ...(isObject(variables) ? { variables: declared(variables) } : {}),
    ...(isObject(extensions) ? { extensions: {} } : {}),
  }
  return { params, operation }

  function declared(values: Record<string, unknown>): Record<string, unknown> {
    try {
      return declaredVariables(operation().document, operationName, values, variablesText)
    } catch {
      // it is not executed, and Yoga gets the reason when it asks for it
      return {}
    }
  }
}

function check(given: GraphQLParams): void {
  if (hasHashAlone(given)) throw persistedQueryNotSupported()
  if (given.query === undefined || given.query === null) throw invalid('The request has no `query`')
  const problem = depthProblem(given)
  // by the specification, what is wrong within an operation is answered with 200 as application/json, and what is none
  // with 400
  if (problem !== undefined) throw invalid(problem, { spec: true, status: 400 })
}

function fromBody(body: RequestBody): Asked {
  if ('problem' in body) {
    // the caller went away: it is no failure of the relay, and the answer reaches nothing
    if (body.problem === 'incomplete') throw invalid('The body ended before it was complete')
    if (body.problem === 'read-before') throw invalid(READ_BEFORE)
    const message = `The body has more than the ${body.maxBytes} bytes that \`maxMessageBytes\` allows`
    throw createGraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED', http: { status: 413 } } })
  }
  const { given, text } = parse(body.bytes)
  if (typeof given !== 'object' || given === null) throw invalid('The body is no JSON object')
  // what is in it is checked next
  return { given, variablesText: () => sliceFields(text).get('variables') }
}

function parse(bytes: Uint8Array): { readonly given: unknown; readonly text: string } {
  try {
    const text = UTF_8.decode(bytes)
    return { given: JSON.parse(text), text }
  } catch {
    throw invalid('The body is not valid JSON in UTF-8')
  }
}

function fromUrl(url: string): Asked {
  const search = new URLSearchParams(url.slice((url + '?').indexOf('?')))
  // a part of a string holds on to all of it
  const textOf = (name: string) => Buffer.from(search.get(name) ?? '').toString() || undefined
  const variablesText = textOf('variables')
  const given = {
    query: textOf('query'),
    operationName: textOf('operationName'),
    variables: parameter('variables', variablesText),
    extensions: parameter('extensions', textOf('extensions')),
  }
  // as unchecked as a body
  return { given: given as GraphQLParams, variablesText: () => variablesText }
}

function parameter(name: string, text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    throw invalid(`The parameter \`${name}\` is not valid JSON`)
  }
}

function attempt(read: () => Operation): () => Operation {
  try {
    const operation = read()
    return () => operation
  } catch (error) {
    return () => {
      throw error
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string, http: object = { status: 400 }): Error {
  return createGraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http } })
}
