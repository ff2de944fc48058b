import type { GraphQLParams, Plugin } from 'graphql-yoga'
import { createGraphQLError } from 'graphql-yoga'

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/** Reads the body of a POST as JSON in UTF-8; what is no operation at all is answered with 400. */
export function useJsonBody(): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'POST') setRequestParser(readBody)
    },
  }
}

async function readBody(request: Request): Promise<GraphQLParams> {
  const bytes = await request.arrayBuffer()
  const body = parse(bytes)
  if (typeof body !== 'object' || body === null) throw invalid('The body is no JSON object')
  // what is in it is checked next
  return body
}

function parse(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(UTF_8.decode(bytes))
  } catch {
    throw invalid('The body is not valid JSON in UTF-8')
  }
}

function invalid(message: string): Error {
  return createGraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } })
}
