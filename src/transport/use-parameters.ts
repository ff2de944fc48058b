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
      const problem = depthProblem(given)
      const extensions = { code: 'BAD_USER_INPUT', http: { spec: true, status: 400 } }
      if (problem !== undefined) throw createGraphQLError(problem, { extensions })
    },
  }
}
