import { CommandError } from '../../../bson/command-error.ts'
import type { Leaf } from './leaf.ts'
import { isArrayFilterPart } from './update-path.ts'

/** A node of an update's tree: what happens at one path. */
export type UpdateNode = Leaf | FieldsNode | ElementsNode

/** What happens to named fields, or to the elements of an array by their indexes. */
export interface FieldsNode {
  readonly kind: 'fields'
  readonly children: Map<string, UpdateNode>
  /** what happens to the element that the query matched (`$`) */
  positional: UpdateNode | undefined
}

/** What happens to an array's elements, by the identifier of their filter; empty for all (`$[]`). */
export interface ElementsNode {
  readonly kind: 'elements'
  readonly children: Map<string, UpdateNode>
}

/** An empty tree. */
export function createTree(): FieldsNode {
  return { kind: 'fields', children: new Map(), positional: undefined }
}

/**
 * Adds an operator at a path.
 * @throws CommandError ConflictingUpdateOperators when the path, its beginning or something below it is there already
 */
export function addLeaf(root: FieldsNode, path: readonly string[], leaf: Leaf): void {
  let node: FieldsNode | ElementsNode = root
  for (const [depth, part] of path.entries()) {
    const child: UpdateNode | undefined = childOf(node, part)
    const next = path[depth + 1]
    if (next === undefined) {
      if (child) throw conflict(path, path)
      setChild(node, part, leaf)
      return
    }
    const kind: 'elements' | 'fields' = isArrayFilterPart(next) ? 'elements' : 'fields'
    if (!child) {
      const created: FieldsNode | ElementsNode =
        kind === 'elements' ? { kind, children: new Map<string, UpdateNode>() } : createTree()
      setChild(node, part, created)
      node = created
    } else if (child.kind === 'leaf' || child.kind !== kind) {
      throw conflict(path, path.slice(0, depth + 1))
    } else {
      node = child
    }
  }
}

function conflict(path: readonly string[], at: readonly string[]): CommandError {
  return new CommandError(
    'ConflictingUpdateOperators',
    `Updating the path '${path.join('.')}' would create a conflict at '${at.join('.')}'`,
  )
}

function childOf(node: FieldsNode | ElementsNode, part: string): UpdateNode | undefined {
  if (node.kind === 'elements') return node.children.get(identifierOf(part))
  return part === '$' ? node.positional : node.children.get(part)
}

function setChild(node: FieldsNode | ElementsNode, part: string, child: UpdateNode): void {
  if (node.kind === 'elements') node.children.set(identifierOf(part), child)
  else if (part === '$') node.positional = child
  else node.children.set(part, child)
}

/** The identifier in `$[identifier]`. */
export function identifierOf(part: string): string {
  return part.slice(2, -1)
}

/**
 * One node that does what two do to the same element.
 * @throws CommandError ConflictingUpdateOperators when both end at the same path
 */
export function mergeNodes(a: UpdateNode, b: UpdateNode, path: readonly string[]): UpdateNode {
  if (a.kind === 'fields' && b.kind === 'fields') {
    const positional =
      a.positional && b.positional
        ? mergeNodes(a.positional, b.positional, [...path, '$'])
        : (a.positional ?? b.positional)
    return { kind: 'fields', children: mergeChildren(a.children, b.children, path), positional }
  }
  if (a.kind === 'elements' && b.kind === 'elements') {
    return { kind: 'elements', children: mergeChildren(a.children, b.children, path) }
  }
  throw new CommandError('ConflictingUpdateOperators', `Update created a conflict at '${path.join('.')}'`)
}

function mergeChildren(
  a: ReadonlyMap<string, UpdateNode>,
  b: ReadonlyMap<string, UpdateNode>,
  path: readonly string[],
): Map<string, UpdateNode> {
  const merged = new Map(a)
  for (const [name, node] of b) {
    const other = a.get(name)
    merged.set(name, other ? mergeNodes(other, node, [...path, name]) : node)
  }
  return merged
}
