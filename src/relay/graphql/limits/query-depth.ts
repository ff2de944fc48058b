import { GraphQLError, type ValidationRule } from 'graphql'
import { type Fold, foldSelections } from './fold-selections.ts'
import { INTROSPECTION_FIELDS } from './introspection-fields.ts'

/** Deeper than the introspection queries of GraphiQL and of code generators. */
const MAX_INTROSPECTION_DEPTH = 25

/** How deep fields nest: those of the schema itself, and those that describe it. */
interface Depth {
  readonly plain: number
  readonly introspection: number
}

const DEPTH: Fold<Depth> = {
  none: { plain: 0, introspection: 0 },
  field: (name, below) =>
    INTROSPECTION_FIELDS.has(name)
      ? { plain: 1, introspection: 1 + Math.max(below.plain, below.introspection) }
      : { ...below, plain: 1 + below.plain },
  both: (a, b) => ({ plain: Math.max(a.plain, b.plain), introspection: Math.max(a.introspection, b.introspection) }),
}

/**
 * A validation rule that refuses operations whose fields nest deeper than `limit`, with `LIMIT_EXCEEDED`. Fragments count
 * where they are spread. Introspection has a limit of its own, of 25.
 */
export function limitDepth(limit: number): ValidationRule {
  return (context) => {
    const measure = foldSelections(context, DEPTH)
    return {
      OperationDefinition(operation) {
        const { plain, introspection } = measure(operation.selectionSet)
        if (plain <= limit && introspection <= MAX_INTROSPECTION_DEPTH) return
        const message = `The operation nests too deep: more than ${limit} fields`
        context.reportError(new GraphQLError(message, { nodes: [operation], extensions: { code: 'LIMIT_EXCEEDED' } }))
      },
    }
  }
}
