import type { Plugin } from 'graphql-yoga'
import { createGraphQLError } from 'graphql-yoga'
import { depthProblem } from '../graphql/limits/json-depth.ts'
import { hasHashAlone, persistedQueryNotSupported } from './persisted-query.ts'

/** Looks at what a request asks for before its query is read. */
export function useParameters(): Plugin {
  return {
    onParams({ params }) {
      // what is no object is for Yoga to refuse
      const given: unknown = params
      if (typeof given !== 'object' || given === null) return
      if (hasHashAlone(given)) throw persistedQueryNotSupported()
      if (params.query === undefined || params.query === null) throw invalid('The request has no `query`', false)
      const problem = depthProblem(given)
      if (problem !== undefined) throw invalid(problem, true)
    },
  }
}

// by the specification, what is wrong within an operation is told with 200 as application/json, and what is none with 400
function invalid(message: string, spec: boolean): Error {
  return createGraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { spec, status: 400 } } })
}
