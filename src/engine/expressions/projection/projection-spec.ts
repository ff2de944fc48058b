import { isDocument, isNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe } from '../describe.ts'
import { createParseContext } from '../expression.ts'
import { parseFieldPath } from '../field-path.ts'
import { isTruthy } from '../../../bson/truth.ts'
import type { Expression, ParseContext, Scope } from '../types.ts'

/** Makes the new value of a projected field of its old one; `undefined` leaves the field out. */
export type FieldTransform = (value: BsonValue | undefined, scope: Scope) => BsonValue | undefined

/**
 * An operator that is not an expression but acts on the field it stands at, such as find's `$slice` and `$elemMatch`.
 */
export interface FieldOperator {
  readonly apply: FieldTransform
  /** `inclusion`: makes the whole projection one of inclusion. `neutral`: fits both kinds. */
  readonly kind: 'inclusion' | 'neutral'
}

/** How a projection differs from that of `$project`. */
export interface ProjectionOptions {
  /** `let` variables that expressions may name. */
  readonly variables?: Iterable<string>
  /**
   * Asked for every `{ <path>: { $operator: … } }` first; `undefined` means an expression.
   * A throw fails the whole projection.
   */
  readonly operatorAt?: (path: string, spec: BsonDocument) => FieldOperator | undefined
}

/** What a projection does with one field. A `leaf` is kept by an inclusion and dropped by an exclusion. */
export type ProjectionEntry =
  | { readonly type: 'leaf' }
  | { readonly type: 'computed'; readonly expression: Expression }
  | { readonly type: 'transform'; readonly apply: FieldTransform }
  | { readonly type: 'node'; readonly node: ProjectionNode }

/** The fields that a projection names at one level, in the order of the specification. */
export interface ProjectionNode {
  readonly entries: Map<string, ProjectionEntry>
  /** Whether anything below is computed, so that a missing or scalar value becomes a document. */
  computes: boolean
}

/** A parsed projection. */
export interface ParsedProjection {
  readonly kind: 'inclusion' | 'exclusion'
  readonly root: ProjectionNode
}

/**
 * Parses a projection.
 * @throws CommandError 51272 when empty, 31253 and 31254 when inclusion and exclusion are mixed, 31249 and 31250 when
 *   two paths collide, and what expressions throw
 */
export function parseProjection(spec: BsonDocument, options: ProjectionOptions = {}): ParsedProjection {
  if (spec.size === 0) throw new CommandError(51272, 'projection specification must have at least one field')
  const parser = new Parser(options)
  for (const [path, value] of spec) parser.field(path, value)
  return parser.finish()
}

class Parser {
  readonly #root: ProjectionNode = { entries: new Map(), computes: false }
  readonly #context: ParseContext
  readonly #options: ProjectionOptions
  #kind: 'inclusion' | 'exclusion' | undefined
  #id: boolean | undefined

  constructor(options: ProjectionOptions) {
    this.#options = options
    this.#context = createParseContext(options.variables)
  }

  field(path: string, value: BsonValue): void {
    if (typeof value === 'boolean' || isNumber(value)) return this.#flag(path, isTruthy(value))
    if (isDocument(value)) return this.#document(path, value)
    if (this.#kind === 'exclusion') {
      throw new CommandError(31310, `Cannot use an expression ${path}: ${describe(value)} in an exclusion projection`)
    }
    this.#compute(path, value)
  }

  finish(): ParsedProjection {
    const kind = this.#kind ?? (this.#id === true ? 'inclusion' : 'exclusion')
    const { entries } = this.#root
    if (kind === 'inclusion' ? this.#id !== false && !entries.has('_id') : this.#id === false) {
      entries.set('_id', { type: 'leaf' })
    }
    return { kind, root: this.#root }
  }

  #flag(path: string, include: boolean): void {
    if (path === '_id') {
      if (this.#id !== undefined || this.#root.entries.has('_id')) throw collision(path)
      this.#id = include
      return
    }
    const kind = include ? 'inclusion' : 'exclusion'
    if (this.#kind !== undefined && this.#kind !== kind) {
      throw include
        ? new CommandError(31253, `Cannot do inclusion on field ${path} in exclusion projection`)
        : new CommandError(31254, `Cannot do exclusion on field ${path} in inclusion projection`)
    }
    this.#kind = kind
    this.#put(path, { type: 'leaf' })
  }

  #document(path: string, value: BsonDocument): void {
    const [first] = value.keys()
    if (first === undefined) {
      const text = `An empty sub-projection is not a valid value. Found empty object at path ${path}`
      throw new CommandError(51270, text)
    }
    if (!first.startsWith('$')) {
      for (const [name, nested] of value) this.field(`${path}.${name}`, nested)
      return
    }
    const operator = this.#options.operatorAt?.(path, value)
    if (operator) return this.#operator(path, operator)
    if (this.#kind === 'exclusion') {
      throw new CommandError(31252, 'Cannot use expression other than $meta in exclusion projection')
    }
    this.#compute(path, value)
  }

  #operator(path: string, { apply, kind }: FieldOperator): void {
    if (kind === 'inclusion') {
      if (this.#kind === 'exclusion') {
        throw new CommandError(31252, 'Cannot use expression other than $meta in exclusion projection')
      }
      this.#kind = 'inclusion'
    }
    this.#put(path, { type: 'transform', apply })
  }

  #compute(path: string, value: BsonValue): void {
    this.#kind = 'inclusion'
    this.#put(path, { type: 'computed', expression: this.#context.compile(value) })
  }

  #put(path: string, entry: ProjectionEntry): void {
    const parts = parseFieldPath(path)
    if (parts[0] === '_id' && this.#id !== undefined) throw collision(path)
    let node = this.#root
    for (const [depth, part] of parts.entries()) {
      if (entry.type === 'computed') node.computes = true
      const found = node.entries.get(part)
      if (depth === parts.length - 1) {
        if (found) throw collision(path)
        node.entries.set(part, entry)
      } else if (!found) {
        const child: ProjectionNode = { entries: new Map(), computes: false }
        node.entries.set(part, { type: 'node', node: child })
        node = child
      } else {
        if (found.type !== 'node') throw collision(path, parts.slice(depth + 1).join('.'))
        node = found.node
      }
    }
  }
}

function collision(path: string, rest?: string): CommandError {
  if (rest === undefined) return new CommandError(31250, `Path collision at ${path}`)
  return new CommandError(31249, `Path collision at ${path} remaining portion ${rest}`)
}
