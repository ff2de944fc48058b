import type { SelectionSetNode, ValidationContext, ValidationRule } from 'graphql'
import { GraphQLError, Kind } from 'graphql'

/** Deeper than the introspection queries of GraphiQL and of code generators. */
const MAX_INTROSPECTION_DEPTH = 25

const INTROSPECTION_FIELDS = new Set(['__schema', '__type'])

/** How deep fields nest: those of the schema itself, and those that describe it. */
interface Depth {
  readonly plain: number
  readonly introspection: number
}

const NONE: Depth = { plain: 0, introspection: 0 }

/**
 * A validation rule that refuses operations whose fields nest deeper than `limit`, with `LIMIT_EXCEEDED`. Fragments count
 * where they are spread. Introspection has a limit of its own, of 25.
 *
 * **Cost**: looks at each fragment once, however often it is spread.
 */
export function limitDepth(limit: number): ValidationRule {
  return (context) => {
    const fragments = new Map<string, Depth>()
    return {
      OperationDefinition(operation) {
        const { plain, introspection } = measure(operation.selectionSet, context, fragments)
        if (plain <= limit && introspection <= MAX_INTROSPECTION_DEPTH) return
        const message = `The operation nests too deep: more than ${limit} fields`
        context.reportError(new GraphQLError(message, { nodes: [operation], extensions: { code: 'LIMIT_EXCEEDED' } }))
      },
    }
  }
}

function measure({ selections }: SelectionSetNode, context: ValidationContext, known: Map<string, Depth>): Depth {
  return selections.map(measureOne).reduce(deeper, NONE)

  function measureOne(selection: SelectionSetNode['selections'][number]): Depth {
    switch (selection.kind) {
      case Kind.FIELD: {
        const below = selection.selectionSet ? measure(selection.selectionSet, context, known) : NONE
        if (!INTROSPECTION_FIELDS.has(selection.name.value)) return { ...below, plain: 1 + below.plain }
        return { plain: 1, introspection: 1 + Math.max(below.plain, below.introspection) }
      }
      case Kind.INLINE_FRAGMENT:
        return measure(selection.selectionSet, context, known)
      case Kind.FRAGMENT_SPREAD:
        return measureFragment(selection.name.value)
    }
  }

  function measureFragment(name: string): Depth {
    const measured = known.get(name)
    const fragment = context.getFragment(name)
    // unknown ones and cycles are refused by rules of their own
    if (measured || !fragment) return measured ?? NONE
    known.set(name, NONE)
    const depth = measure(fragment.selectionSet, context, known)
    known.set(name, depth)
    return depth
  }
}

function deeper(a: Depth, b: Depth): Depth {
  return { plain: Math.max(a.plain, b.plain), introspection: Math.max(a.introspection, b.introspection) }
}
