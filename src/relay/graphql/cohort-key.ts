import { type DocumentNode, type ExecutionArgs, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql'
import { declaredNames } from './operations/variable-sources.ts'

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
 * Equal for operations whose results are equal for the same event, byte by byte: the document, the operation's name,
 * the variables that it declares, except those that only say where to start, and what the caller may see.
 *
 * The key holds all of that, so that the operation can be had {@link fromCohortKey from it} again. It is what a cohort
 * keeps of an operation: text that is about as long as what was sent, where a document and its variables as objects
 * take a hundred times as much.
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
  const given = variables ?? {}
  const declared = declaredNames(document, operationName)
    .filter((name) => Object.hasOwn(given, name) && !essence.positionVariables.has(name))
    .map((name) => [name, given[name]])
  return JSON.stringify([essence.text, operationName ?? null, declared, grantKey])
}

/** The operation that a key stands for, anew. Its errors have no locations: those who share it wrote it differently. */
export function fromCohortKey(key: string): Pick<ExecutionArgs, 'document' | 'operationName' | 'variableValues'> {
  // what cohortKey writes
  const [text, operationName, declared] = JSON.parse(key) as [string, string | null, [string, unknown][]]
  const document = parse(text, { noLocation: true })
  return { document, operationName, variableValues: Object.fromEntries(declared) }
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
  const positionVariables = new Set([...positionUses.keys()].filter((name) => !uses.has(name)))
  const essential = visit(stripped, {
    VariableDefinition: ({ variable }) => (positionVariables.has(variable.name.value) ? null : false),
  })
  // without what indents it, which can be longer than the text that was sent
  return { text: stripIgnoredCharacters(print(essential)), positionVariables }
}
