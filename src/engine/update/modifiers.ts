import { isDocument, typeName, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { fieldText, toText } from '../../bson/shell-text.ts'
import type { ArrayFilters } from './array-filters.ts'
import { compileRename } from './operators/rename.ts'
import { LEAF_OPERATORS } from './operators/table.ts'
import { addLeaf, createTree, identifierOf, type FieldsNode } from './tree/tree.ts'
import { isArrayFilterPart, parseUpdatePath } from './tree/update-path.ts'

/**
 * Compiles `{$set: …, $inc: …}` to a tree by path.
 * @throws CommandError FailedToParse for an unknown operator, ConflictingUpdateOperators, and what operators throw
 */
export function compileModifiers(update: BsonDocument, filters: ArrayFilters): FieldsNode {
  const compiler = new Compiler(filters)
  for (const [name, fields] of update) compiler.operator(name, fields)
  compiler.checkFiltersUsed(update)
  return compiler.tree
}

class Compiler {
  readonly tree = createTree()
  readonly #filters: ArrayFilters
  readonly #used = new Set<string>()

  constructor(filters: ArrayFilters) {
    this.#filters = filters
  }

  operator(name: string, fields: BsonValue): void {
    if (name !== '$rename' && !LEAF_OPERATORS.has(name)) {
      throw new CommandError(
        'FailedToParse',
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      )
    }
    if (!isDocument(fields)) {
      throw new CommandError(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: ` +
          `{$mod: {<field>: ...}} not {${fieldText(name, fields)}}`,
      )
    }
    for (const [path, operand] of fields) this.#field(name, path, operand)
  }

  #field(name: string, path: string, operand: BsonValue): void {
    const parts = this.#path(path)
    const operator = LEAF_OPERATORS.get(name)
    if (operator) {
      addLeaf(this.tree, parts, operator(operand, path))
      return
    }
    const { source, target, to } = compileRename(operand, path)
    addLeaf(this.tree, parts, source)
    addLeaf(this.tree, this.#path(to), target)
  }

  #path(path: string): string[] {
    const parts = parseUpdatePath(path)
    for (const part of parts.filter(isArrayFilterPart)) {
      const identifier = identifierOf(part)
      if (identifier === '') continue
      if (!this.#filters.identifiers.has(identifier)) {
        throw new CommandError('BadValue', `No array filter found for identifier '${identifier}' in path '${path}'`)
      }
      this.#used.add(identifier)
    }
    return parts
  }

  checkFiltersUsed(update: BsonDocument): void {
    for (const identifier of this.#filters.identifiers) {
      if (this.#used.has(identifier)) continue
      throw new CommandError(
        'FailedToParse',
        `The array filter for identifier '${identifier}' was not used in the update ${toText(update)}`,
      )
    }
  }
}
