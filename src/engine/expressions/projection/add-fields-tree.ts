import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe } from '../describe.ts'
import { createParseContext } from '../expression.ts'
import { parseFieldPath } from '../field-path.ts'
import type { Projection } from './projection-tree.ts'
import type { Expression, ParseContext, Scope } from '../types.ts'

type Node = Map<string, Expression | Node>

/**
 * Compiles what `$addFields` and `$set` do: every field of the document stays, named ones get new values in place, new
 * ones follow. A dotted path goes through arrays, and makes documents of what is not one. A missing value removes the
 * field.
 * @throws CommandError with the server's code, without the stage's prefix
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/addFields/
 */
export function compileAddFieldsTree(spec: BsonDocument, variables: Iterable<string> = []): Projection {
  const context = createParseContext(variables)
  const root: Node = new Map()
  for (const [path, value] of spec) addField(root, parseFieldPath(path), value, context)
  return (document, scope) => addTo(root, document, scope)
}

function addField(root: Node, parts: readonly string[], value: BsonValue, context: ParseContext): void {
  if (!isDocument(value) || value.size === 0) return put(root, parts, context.compile(value))
  const names = [...value.keys()]
  if (names[0]?.startsWith('$')) {
    if (names.length > 1) {
      const text = 'an expression specification must contain exactly one field, the name of the expression.'
      throw new CommandError(40181, `${text} Found ${names.length} fields in ${describe(value)}`)
    }
    return put(root, parts, context.compile(value))
  }
  for (const [name, nested] of value) {
    if (name.includes('.')) {
      throw new CommandError(40183, `cannot use dotted field name '${name}' in a sub object: ${describe(value)}`)
    }
    addField(root, parseFieldPath([...parts, name].join('.')), nested, context)
  }
}

function put(root: Node, parts: readonly string[], expression: Expression): void {
  let node = root
  for (const [depth, part] of parts.entries()) {
    const found = node.get(part)
    if (depth === parts.length - 1) {
      if (found) throw conflict(parts, depth)
      node.set(part, expression)
    } else if (found === undefined) {
      const child: Node = new Map()
      node.set(part, child)
      node = child
    } else {
      if (!(found instanceof Map)) throw conflict(parts, depth)
      node = found
    }
  }
}

function conflict(parts: readonly string[], depth: number): CommandError {
  const other = parts.slice(0, depth + 1).join('.')
  const text = `specification contains two conflicting paths. Cannot specify both '${parts.join('.')}' and '${other}'`
  return new CommandError(40176, text)
}

function addTo(node: Node, document: BsonDocument, scope: Scope): BsonDocument {
  const changed: BsonDocument = new Map(document)
  for (const [name, entry] of node) {
    const value = entry instanceof Map ? addBelow(entry, document.get(name), scope) : entry(scope)
    if (value === undefined) changed.delete(name)
    else changed.set(name, value)
  }
  return changed
}

function addBelow(node: Node, value: BsonValue | undefined, scope: Scope): BsonValue {
  if (Array.isArray(value)) return value.map((item) => addBelow(node, item, scope))
  return addTo(node, isDocument(value) ? value : new Map(), scope)
}
