import type { SubscribePayload } from 'graphql-ws/client'
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  OperationTypeNode,
  parse,
  print,
  separateOperations,
  visit,
} from 'graphql'

/** The variable that has the position. */
const POSITION = 'tailraceAfter'

/** What a subscription needs so that it can be continued, as it is added to an application's own. */
const ADDED = `subscription ($${POSITION}: ResumeToken) {
  changes(announceStart: true, announcePositions: true, startAfter: $${POSITION}) {
    tailraceToken: resumeToken
    tailraceType: operationType
  }
}`

/** Arguments that say where to start. */
const STARTS = ['startAfter', 'startAtOperationTime', 'last']

/** Arguments that ask for notices that have a position, with the operation types of these. */
const NOTICES = { announceStart: 'started', announcePositions: 'position' } as const

type Data = Readonly<Record<string, unknown>>

/** A subscription to `changes` that can be continued. */
export interface Resumable {
  /**
   * What to send, however often: the application's own operation until there is a position, and what goes on after it
   * from then on.
   */
  toRequest(position: () => string | undefined): SubscribePayload
  /** What a result says: its position and type, and what of it is for the application; `undefined` where nothing is. */
  read(data: Data): { readonly token: unknown; readonly type: unknown; readonly data: Data | undefined }
}

/**
 * Makes an application's operation one that can be continued: it asks for notices that have a position, and for the
 * position and type of each change, where the application does not ask for them itself; the application does not see
 * them. Where an operation says where to start, what continues it does not.
 *
 * `undefined` where it is no subscription to `changes`, or not valid: the server says what is wrong with it.
 *
 * **Cost**: parses the document, once a subscription.
 */
export function toResumable(payload: SubscribePayload): Resumable | undefined {
  const document = findSubscription(payload)
  const changes = document && findChanges(document)
  if (!changes) return undefined
  const key = changes.alias?.value ?? changes.name.value
  const tokenKey = keyOf(changes, 'resumeToken') ?? 'tailraceToken'
  const typeKey = keyOf(changes, 'operationType') ?? 'tailraceType'
  const hidden = new Set<unknown>(
    Object.entries(NOTICES)
      .filter(([argument]) => !isTrue(argument, changes, document, payload.variables))
      .map(([, type]) => type),
  )
  const keys = [tokenKey, typeKey]
  const first = rewrite(document, Object.keys(NOTICES), keys)
  const next = rewrite(document, [...Object.keys(NOTICES), ...STARTS], keys)

  return {
    toRequest: (position) => ({
      ...payload,
      get query() {
        return position() === undefined ? first : next
      },
      get variables() {
        const after = position()
        return after === undefined ? payload.variables : { ...payload.variables, [POSITION]: after }
      },
    }),
    read(data) {
      const change = data[key]
      if (typeof change !== 'object' || change === null) return { token: undefined, type: undefined, data }
      const all = change as Data // an object of JSON
      const { tailraceToken: _token, tailraceType: _type, ...own } = all
      const type = all[typeKey]
      return { token: all[tokenKey], type, data: hidden.has(type) ? undefined : { ...data, [key]: own } }
    },
  }
}

/** The operation that is asked for, with its fragments and nothing else. */
function findSubscription({ query, operationName }: SubscribePayload): DocumentNode | undefined {
  try {
    const operations = separateOperations(parse(query))
    const names = Object.keys(operations)
    const document = operations[operationName ?? (names.length === 1 ? (names[0] ?? '') : '')]
    const isSubscription = document?.definitions.some(
      (node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION,
    )
    return isSubscription ? document : undefined
  } catch {
    // no document, such as one that is known by its hash
    return undefined
  }
}

/** The field at the root, also within fragments; several are one field that is written several times. */
function findChanges(document: DocumentNode): FieldNode | undefined {
  let found: FieldNode | undefined
  visit(document, {
    Field(node) {
      if (node.name.value === 'changes') found ??= node
      return false
    },
  })
  return found
}

/** The name that results have for a field, where it is asked for in any case. */
function keyOf({ selectionSet }: FieldNode, name: string): string | undefined {
  const selection = selectionSet?.selections.find(
    (node) => node.kind === Kind.FIELD && node.name.value === name && node.directives?.length === 0,
  )
  return selection?.kind === Kind.FIELD ? (selection.alias ?? selection.name).value : undefined
}

function isTrue(name: string, field: FieldNode, document: DocumentNode, variables: SubscribePayload['variables']) {
  const value = field.arguments?.find((argument) => argument.name.value === name)?.value
  if (value?.kind === Kind.BOOLEAN) return value.value
  if (value?.kind !== Kind.VARIABLE) return false
  const given = variables?.[value.name.value]
  if (given !== undefined) return given === true
  let isDefault = false
  visit(document, {
    VariableDefinition({ variable, defaultValue }) {
      if (variable.name.value !== value.name.value) return
      isDefault = defaultValue?.kind === Kind.BOOLEAN && defaultValue.value
    },
  })
  return isDefault
}

/**
 * The document with what is added: its arguments of these names in the place of the application's, and its fields of
 * these keys; without the variables that nothing uses any more.
 */
function rewrite(document: DocumentNode, names: readonly string[], keys: readonly string[]): string {
  const added = parse(ADDED)
  const from = findChanges(added)
  const isNamed = ({ name }: ArgumentNode) => names.includes(name.value)
  const fields = from?.selectionSet?.selections.filter(
    (node) => node.kind === Kind.FIELD && keys.includes(node.alias?.value ?? ''),
  )
  const edited = visit(document, {
    Field(node) {
      if (node.name.value !== 'changes' || !node.selectionSet) return false
      const own = node.arguments?.filter((argument) => !isNamed(argument)) ?? []
      const selections = [...node.selectionSet.selections, ...(fields ?? [])]
      const args = [...own, ...(from?.arguments?.filter(isNamed) ?? [])]
      return { ...node, arguments: args, selectionSet: { ...node.selectionSet, selections } }
    },
  })
  const used = new Set<string>()
  visit(edited, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) })
  const definitions = (of: DocumentNode) =>
    of.definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : []))
  const variableDefinitions = [...definitions(edited), ...definitions(added)].filter(({ variable }) =>
    used.has(variable.name.value),
  )
  return print(visit(edited, { OperationDefinition: (node) => ({ ...node, variableDefinitions }) }))
}
