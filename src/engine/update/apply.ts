import { isDocument, type BsonArray, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { arrayIndex } from '../../bson/query/path.ts'
import { fieldText } from '../../bson/shell-text.ts'
import type { ArrayFilters } from './array-filters.ts'
import type { Delta, DocumentDelta } from './delta/delta.ts'
import { checkPadding, copyOnce, parentText, placeBelow, store, valueIn, type Container } from './tree/containers.ts'
import type { Change, Place, UpdateScope } from './tree/leaf.ts'
import { mergeNodes, type ElementsNode, type FieldsNode, type UpdateNode } from './tree/tree.ts'
import { compareStrings } from '../../bson/compare.ts'

/** The new value of a field; undefined when it is removed. */
interface Outcome {
  readonly value: BsonValue | undefined
}

/** Applies an update's tree to one document. Changed containers are copied, the others are shared. */
export class Application {
  readonly #scope: UpdateScope
  readonly #filters: ArrayFilters

  constructor(scope: UpdateScope, filters: ArrayFilters) {
    this.#scope = scope
    this.#filters = filters
  }

  /**
   * The document after the update; the same object when nothing changed.
   * @param delta where changes are recorded
   * @throws CommandError PathNotViable, BadValue, ImmutableField and what operators throw
   */
  run(tree: FieldsNode, document: BsonDocument, delta: DocumentDelta): BsonDocument {
    return this.#fields<BsonDocument>(tree, document, { path: [], throughArray: undefined }, delta)
  }

  #fields<C extends Container>(node: FieldsNode, container: C, place: Place, delta: Delta | undefined): C {
    let result = container
    for (const [name, child] of this.#children(node, place)) {
      result = this.#child(child, name, container, result, place, delta)
    }
    return result
  }

  /**
   * The children in the order in which they are applied, with the positional one at the name that the query matched.
   */
  #children(node: FieldsNode, place: Place): [string, UpdateNode][] {
    const children = new Map(node.children)
    if (node.positional) {
      const { matched } = this.#scope
      if (matched === undefined) {
        throw new CommandError('BadValue', 'The positional operator did not find the match needed from the query.')
      }
      const named = children.get(matched)
      const path = [...place.path, matched]
      children.set(matched, named ? mergeNodes(named, node.positional, path) : node.positional)
    }
    return [...children].sort(([a], [b]) => compareNames(a, b))
  }

  #child<C extends Container>(
    node: UpdateNode,
    name: string,
    original: C,
    container: C,
    outer: Place,
    delta: Delta | undefined,
  ): C {
    const value = valueIn(container, name)
    const place = placeBelow(outer, name, container)
    if (value === undefined) return this.#create(node, name, original, container, place, delta)
    const outcome = this.#existing(node, name, value, place, delta)
    if (!outcome) return container
    checkId(place, this.#scope)
    return store(copyOnce(container, original), name, outcome.value)
  }

  /** Applies a node to a value that is there; undefined when it stays the same. */
  #existing(
    node: UpdateNode,
    name: string,
    value: BsonValue,
    place: Place,
    delta: Delta | undefined,
  ): Outcome | undefined {
    if (node.kind === 'leaf') return record(node.apply(value, this.#scope, place), name, delta)
    if (node.kind === 'elements') {
      if (!Array.isArray(value)) {
        const shown = fieldText(name, value)
        throw new CommandError('BadValue', `Cannot apply array updates to non-array element ${shown}`)
      }
      const after = this.#elements(node, name, value, place, delta)
      return after === value ? undefined : { value: after }
    }
    if (!isDocument(value) && !Array.isArray(value)) {
      this.#refuseScalar(node, name, value, place)
      return undefined
    }
    const below = delta?.within(name, Array.isArray(value) ? 'array' : 'document')
    const after = this.#fields(node, value, place, below)
    return after === value ? undefined : { value: after }
  }

  #create<C extends Container>(
    node: UpdateNode,
    name: string,
    original: C,
    container: C,
    place: Place,
    delta: Delta | undefined,
  ): C {
    if (Array.isArray(container) && arrayIndex(name) === undefined) {
      this.#refuse(node, place, parentText(place, container))
      return container
    }
    const created = this.#created(node, place)
    if (created === undefined) return container
    if (Array.isArray(container)) checkPadding(container, Number(name))
    checkId(place, this.#scope)
    delta?.insert(name, created)
    return store(copyOnce(container, original), name, created)
  }

  /** The value that a node gives to a missing field; undefined when it gives none. */
  #created(node: UpdateNode, place: Place): BsonValue | undefined {
    if (node.kind === 'leaf') {
      if (node.missing !== 'create') return undefined
      const change = node.apply(undefined, this.#scope, place)
      return change && change.kind !== 'remove' ? change.value : undefined
    }
    if (node.kind === 'elements') {
      throw new CommandError(
        'BadValue',
        `The path '${place.path.join('.')}' must exist in the document in order to apply array updates.`,
      )
    }
    const empty: BsonDocument = new Map()
    const document = this.#fields(node, empty, place, undefined)
    return document.size > 0 ? document : undefined
  }

  #elements(node: ElementsNode, name: string, array: BsonArray, place: Place, delta: Delta | undefined): BsonArray {
    const matching = this.#matching(node, array, place)
    // a single element logs what changed inside it; of several, whole elements or the whole array are logged
    const single = matching.size <= 1
    const below = delta?.within(name, 'array')
    let result = array
    const changed: number[] = []
    for (const [index, child] of matching) {
      const before = result[index]
      result = this.#child(child, String(index), array, result, place, single ? below : undefined)
      if (result[index] !== before) changed.push(index)
    }
    const [only] = changed
    if (!single && changed.length > 1) delta?.update(name, result)
    else if (!single && only !== undefined) below?.update(String(only), result[only] as BsonValue)
    return result
  }

  /** What is applied to which elements. */
  #matching(node: ElementsNode, array: BsonArray, place: Place): Map<number, UpdateNode> {
    const matching = new Map<number, UpdateNode>()
    for (const [index, element] of array.entries()) {
      for (const [identifier, child] of node.children) {
        if (identifier !== '' && !this.#filters.matches(identifier, element)) continue
        const other = matching.get(index)
        matching.set(index, other ? mergeNodes(other, child, [...place.path, String(index)]) : child)
      }
    }
    return matching
  }

  /** Whatever would be below a scalar cannot be there. */
  #refuseScalar(node: FieldsNode, name: string, value: BsonValue, place: Place): void {
    const shown = fieldText(name, value)
    for (const [part, child] of this.#children(node, place)) {
      this.#refuse(child, { ...place, path: [...place.path, part] }, shown)
    }
  }

  /**
   * Refuses to apply a node below something that can have no such field.
   * @throws CommandError PathNotViable, unless the node's operators do nothing to missing fields anyway
   */
  #refuse(node: UpdateNode, place: Place, parent: string): void {
    if (node.kind === 'elements') {
      this.#created(node, place)
      return
    }
    if (node.kind === 'fields') {
      for (const [name, child] of this.#children(node, place)) {
        this.#refuse(child, { ...place, path: [...place.path, name] }, parent)
      }
      return
    }
    const field = place.path.at(-1) ?? ''
    const path = place.path.join('.')
    if (node.missing === 'viable') {
      throw new CommandError(
        'PathNotViable',
        `Cannot use the part (${field}) of (${path}) to traverse the element ({${parent}})`,
      )
    }
    if (node.missing === 'create' && node.apply(undefined, this.#scope, place)) {
      throw new CommandError('PathNotViable', `Cannot create field '${field}' in element {${parent}}`)
    }
  }
}

/** Records an operator's change and gives the new value; undefined when there is no change. */
function record(change: Change | undefined, name: string, delta: Delta | undefined): Outcome | undefined {
  if (!change) return undefined
  switch (change.kind) {
    case 'remove':
      if (!change.silent) delta?.remove(name)
      return { value: undefined }
    case 'append': {
      const elements = delta?.within(name, 'array')
      const from = change.value.length - change.added
      for (const [i, value] of change.value.slice(from).entries()) elements?.insert(String(from + i), value)
      return { value: change.value }
    }
    case 'set':
      delta?.update(name, change.value)
      return { value: change.value }
  }
}

/**
 * A document's `_id` stays as it is once it has one.
 * @throws CommandError ImmutableField
 */
function checkId(place: Place, scope: UpdateScope): void {
  if (place.path[0] !== '_id' || !scope.root.has('_id')) return
  throw new CommandError(
    'ImmutableField',
    `Performing an update on the path '${place.path.join('.')}' would modify the immutable field '_id'`,
  )
}

const INDEX = /^\d+$/

/** The order in which an update visits names, and so creates fields: numbers by value, others by their bytes. */
export function compareNames(a: string, b: string): number {
  if (INDEX.test(a) && INDEX.test(b)) {
    const [x, y] = [BigInt(a), BigInt(b)]
    if (x !== y) return x < y ? -1 : 1
  }
  return compareStrings(a, b)
}
