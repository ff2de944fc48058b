import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { badUserInput } from '../../errors.ts'
import type { FieldRule } from './rules/rule.ts'

/**
 * Leaves out fields. The path of a value is that of all keys on the way to it, split at dots, without the components
 * that are numbers: `items.0.price`, `{items: [{price: 1}]}` and `{"items.price": 1}` are all `items.price`.
 *
 * Cost: looks at each key down to where nothing more can be left out; what stays whole is not copied.
 */
export interface FieldFilter {
  /** The document, or the `updatedFields` of an update, with what may be seen. */
  redact(fields: BsonDocument): BsonDocument
  /** Whether a field's dotted path may be named: it, or what is below it, can be seen. */
  keepsName(path: string): boolean
  /**
   * Whether what may be seen of a field is that it is gone: where only something below it is allowed, and it is a
   * scalar.
   */
  isGone(path: string, value: BsonValue): boolean
}

/** Paths by their components. */
interface Node {
  readonly children: Map<string, Node>
  /** Whether a path ends here, so that everything below belongs to it. */
  isEnd: boolean
}

/** Where a path leads to: to one of the rule's paths or below it, on the way to one, or elsewhere. */
type Place = Node | 'within' | 'elsewhere'

/** An array position, or a key that looks like one. */
const POSITION = /^\d+$/

/** Compiles a rule's `fields`. Their paths must have been checked by {@link checkFieldPath}. */
export function compileFields(rule: FieldRule): FieldFilter {
  const isAllowing = 'allow' in rule
  const root = toTree(isAllowing ? rule.allow : rule.remove)
  // on the way to an allowed path there is nothing to see but what leads to it
  const keepsLeaf = !isAllowing

  const keepsAll = (place: Place) => (isAllowing ? place === 'within' : place === 'elsewhere')
  const keepsNone = (place: Place) => (isAllowing ? place === 'elsewhere' : place === 'within')

  /** What is seen of a value on the way to one of the paths: nothing, or one value. */
  const redactValue = (value: BsonValue, node: Node): BsonValue[] => {
    if (Array.isArray(value)) return [value.flatMap((item) => redactValue(item, node))]
    if (isDocument(value)) return [redactDocument(value, node)]
    return keepsLeaf ? [value] : []
  }

  const redactDocument = (fields: BsonDocument, node: Node): BsonDocument =>
    new Map(
      [...fields].flatMap(([key, value]): [string, BsonValue][] => {
        const place = walk(node, key)
        if (keepsAll(place)) return [[key, value]]
        if (typeof place === 'string') return []
        return redactValue(value, place).map((seen) => [key, seen])
      }),
    )

  return {
    redact: (fields) => redactDocument(fields, root),
    keepsName: (path) => !keepsNone(walk(root, path)),
    isGone(path, value) {
      const place = walk(root, path)
      return typeof place !== 'string' && redactValue(value, place).length === 0
    },
  }
}

/**
 * Checks a path of a rule.
 *
 * @throws RelayError `BAD_USER_INPUT` for one that would never fit a field, or not mean what it seems to
 */
export function checkFieldPath(path: string): void {
  const components = path.split('.')
  const name = JSON.stringify(path)
  if (components.includes('')) throw badUserInput(`${name} has an empty component`)
  if (path.startsWith('$')) throw badUserInput(`${name} starts with $, and is no path of a field`)
  if (components.some((component) => POSITION.test(component))) {
    throw badUserInput(`${name} has a number in it; leave out array positions: a path means all elements`)
  }
}

function toTree(paths: readonly string[]): Node {
  const root: Node = { children: new Map(), isEnd: false }
  for (const path of paths) {
    let node = root
    for (const component of path.split('.')) {
      const next = node.children.get(component) ?? { children: new Map(), isEnd: false }
      node.children.set(component, next)
      node = next
    }
    node.isEnd = true
  }
  return root
}

function walk(from: Node, key: string): Place {
  let node = from
  for (const component of key.split('.')) {
    if (POSITION.test(component)) continue
    const next = node.children.get(component)
    if (!next) return 'elsewhere'
    if (next.isEnd) return 'within'
    node = next
  }
  return node
}
