import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import {
  parseProjection,
  type ParsedProjection,
  type ProjectionEntry,
  type ProjectionNode,
  type ProjectionOptions,
} from './projection-spec.ts'
import type { Scope } from '../types.ts'

/** Projects one document. The scope's root is what expressions read; pure, and the input stays as it is. */
export type Projection = (document: BsonDocument, scope: Scope) => BsonDocument

/**
 * Compiles an inclusion, exclusion or computing projection, as `$project` and find's `projection` take it: nested,
 * dotted, through arrays. Kept fields stay in the document's order, computed ones follow in the specification's.
 * @throws CommandError with the server's code, without the stage's prefix
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/project/
 */
export function compileProjectionTree(spec: BsonDocument, options: ProjectionOptions = {}): Projection {
  return toProjection(parseProjection(spec, options))
}

/** What a parsed projection does. */
export function toProjection({ kind, root }: ParsedProjection): Projection {
  const walk = new Walk(kind === 'inclusion')
  return (document, scope) => walk.document(root, document, scope)
}

class Walk {
  readonly #inclusion: boolean

  constructor(inclusion: boolean) {
    this.#inclusion = inclusion
  }

  document(node: ProjectionNode, document: BsonDocument, scope: Scope): BsonDocument {
    const projected: BsonDocument = new Map()
    for (const [name, value] of document) {
      const entry = node.entries.get(name)
      const kept = entry ? this.#kept(entry, value, scope) : this.#inclusion ? undefined : value
      if (kept !== undefined) projected.set(name, kept)
    }
    for (const [name, entry] of node.entries) {
      const added = this.#added(entry, document.has(name), scope)
      if (added !== undefined) projected.set(name, added)
    }
    return projected
  }

  #kept(entry: ProjectionEntry, value: BsonValue, scope: Scope): BsonValue | undefined {
    switch (entry.type) {
      case 'leaf':
        return this.#inclusion ? value : undefined
      case 'computed':
        return undefined
      case 'transform':
        return entry.apply(value, scope)
      case 'node':
        return this.#nested(entry.node, value, scope)
    }
  }

  #added(entry: ProjectionEntry, present: boolean, scope: Scope): BsonValue | undefined {
    if (entry.type === 'computed') return entry.expression(scope)
    if (present) return undefined
    if (entry.type === 'transform') return entry.apply(undefined, scope)
    return entry.type === 'node' && entry.node.computes ? this.document(entry.node, new Map(), scope) : undefined
  }

  #nested(node: ProjectionNode, value: BsonValue, scope: Scope): BsonValue | undefined {
    if (isDocument(value)) return this.document(node, value, scope)
    if (Array.isArray(value)) {
      return value.map((item) => this.#nested(node, item, scope)).filter((item) => item !== undefined)
    }
    if (node.computes) return this.document(node, new Map(), scope)
    // there is nothing below a scalar: an inclusion finds nothing, an exclusion has nothing to drop
    return this.#inclusion ? undefined : value
  }
}
