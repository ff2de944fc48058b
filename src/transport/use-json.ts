import type { GraphQLParams, Plugin } from 'graphql-yoga'
import { createGraphQLError } from 'graphql-yoga'
import { sliceFields } from '../bson/ejson/json-slices.ts'
import { depthProblem } from '../graphql/limits/json-depth.ts'
import { withVariableSources } from '../graphql/variable-sources.ts'

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads the JSON of a request, in the body of a POST as UTF-8, with variables as {@link withVariableSources} keeps them; what
 * is no operation at all is answered with 400.
 */
export function useJson(): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser }) {
      if (request.method === 'POST') setRequestParser(readBody)
      else if (request.method === 'GET' && requestParser) {
        setRequestParser(async () => {
          const params = await requestParser(request)
          const source = () => new URL(request.url).searchParams.get('variables') ?? undefined
          return Array.isArray(params) || params instanceof Response ? params : withSources(params, source)
        })
      }
    },
  }
}

async function readBody(request: Request): Promise<GraphQLParams> {
  const bytes = await readBytes(request)
  const { body, text } = parse(bytes)
  if (typeof body !== 'object' || body === null) throw invalid('The body is no JSON object')
  // what is in it is checked next
  return withSources(body, () => sliceFields(text).get('variables'))
}

async function readBytes(request: Request): Promise<ArrayBuffer> {
  try {
    return await request.arrayBuffer()
  } catch {
    // the caller went away: it is no failure of the relay, and the answer reaches nothing
    throw invalid('The body ended before it was complete')
  }
}

function withSources(params: GraphQLParams, text: () => string | undefined): GraphQLParams {
  // what nests too deep is refused next, as what it is
  if (typeof params.variables !== 'object' || depthProblem(params) !== undefined) return params
  // it has the same names
  return { ...params, variables: withVariableSources(params.variables, text) as Record<string, unknown> }
}

function parse(bytes: ArrayBuffer): { readonly body: unknown; readonly text: string } {
  try {
    const text = UTF_8.decode(bytes)
    return { body: JSON.parse(text), text }
  } catch {
    throw invalid('The body is not valid JSON in UTF-8')
  }
}

function invalid(message: string): Error {
  return createGraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } })
}
