import type { DocumentNode } from 'graphql'
import { Kind, print, visit } from 'graphql'

/** What of an operation decides about its results. */
interface Essence {
  /** The document without positions. */
  readonly text: string
  /** Variables that say nothing but where to start. */
  readonly positionVariables: ReadonlySet<string>
}

/** Arguments of `changes` that say where a subscription starts, and nothing about what its results look like. */
const POSITION_ARGUMENTS = new Set(['startAfter', 'startAtOperationTime', 'last'])

const essences = new WeakMap<DocumentNode, Essence>()

/**
 * Equal for operations whose results are equal for the same event, byte by byte: the document, the operation's name, the
 * variables, but for those that only say where to start, and what the caller may see.
 *
 * @param grantKey equal for callers who may see the same
 *
 * Cost: looks through a document once, however often it is used.
 */
export function cohortKey(
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>> | null | undefined,
  grantKey: string,
): string {
  const known = essences.get(document)
  const essence = known ?? toEssence(document)
  if (!known) essences.set(document, essence)
  const told = Object.entries(variables ?? {}).filter(([name]) => !essence.positionVariables.has(name))
  return JSON.stringify([essence.text, operationName ?? '', told, grantKey])
}

function toEssence(document: DocumentNode): Essence {
  const uses = new Map<string, number>()
  const positionUses = new Map<string, number>()
  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  const stripped = visit(document, {
    // visited before its definition's own node, which is no use
    VariableDefinition: () => false,
    Argument(node, _key, _parent, _path, ancestors) {
      const field = ancestors.at(-1)
      const owner = Array.isArray(field) ? ancestors.at(-2) : field
      const isPosition =
        owner !== undefined &&
        'kind' in owner &&
        owner.kind === Kind.FIELD &&
        owner.name.value === 'changes' &&
        POSITION_ARGUMENTS.has(node.name.value)
      if (!isPosition) return undefined
      visit(node, { Variable: ({ name }) => void count(positionUses, name.value) })
      return null
    },
    Variable: ({ name }) => void count(uses, name.value),
  })
  return {
    text: print(stripped),
    positionVariables: new Set([...positionUses.keys()].filter((name) => !uses.has(name))),
  }
}
