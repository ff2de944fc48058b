import type { Plugin } from 'graphql-yoga'

/** The types of body that are executed; all of them make a browser ask first when a foreign page sends them. */
const JSON_TYPES = new Set(['application/json', 'application/graphql+json'])

/** Refuses POST bodies that a foreign page's form could send, with 415, before anything is read or executed. */
export function useJsonOnly(): Plugin {
  return {
    onRequestParse({ request, endResponse, fetchAPI }) {
      if (request.method !== 'POST') return
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
      if (JSON_TYPES.has(type)) return
      const message = 'Send the operation as application/json'
      endResponse(fetchAPI.Response.json({ errors: [{ message }] }, { status: 415 }))
    },
  }
}
