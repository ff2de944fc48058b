import { GraphQLError, type ValidationRule } from 'graphql'

/** A validation rule that refuses documents with more than `limit` directives, with `LIMIT_EXCEEDED`. */
export function limitDirectives(limit: number): ValidationRule {
  return (context) => {
    let count = 0
    return {
      Directive(node) {
        // says it once, at the first one too many
        if (++count !== limit + 1) return
        const message = `The document has too much in it: more than ${limit} directives`
        context.reportError(new GraphQLError(message, { nodes: [node], extensions: { code: 'LIMIT_EXCEEDED' } }))
      },
    }
  }
}
