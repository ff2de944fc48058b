import { type ASTNode, GraphQLError, type ValidationContext, type ValidationRule } from 'graphql'

/** A validation rule that refuses documents with more than `limit` aliases, with `LIMIT_EXCEEDED`. */
export function limitAliases(limit: number): ValidationRule {
  return (context) => {
    const count = counter(context, limit, 'aliases')
    return { Field: (node) => (node.alias ? count(node) : undefined) }
  }
}

/** A validation rule that refuses documents with more than `limit` directives, with `LIMIT_EXCEEDED`. */
export function limitDirectives(limit: number): ValidationRule {
  return (context) => {
    const count = counter(context, limit, 'directives')
    return { Directive: (node) => count(node) }
  }
}

// says it once, at the first one too many
function counter(context: ValidationContext, limit: number, what: string): (node: ASTNode) => undefined {
  let counted = 0
  return (node) => {
    if (++counted !== limit + 1) return undefined
    const message = `The document has too much in it: more than ${limit} ${what}`
    context.reportError(new GraphQLError(message, { nodes: [node], extensions: { code: 'LIMIT_EXCEEDED' } }))
    return undefined
  }
}
