import { isDocument, isNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { Filter } from '../filter.ts'
import { parsePath, type Path } from '../../../bson/query/path.ts'
import { isTruthy } from '../../../bson/truth.ts'

/** Cuts a projected document's array down to the element that matched. */
export type Positional = (document: BsonDocument, projected: BsonDocument) => BsonDocument

/** Where the first positional operator starts and ends in a path; undefined when there is none. */
function findOperator(path: string): { readonly start: number; readonly end: number } | undefined {
  const inside = path.indexOf('.$.')
  if (inside >= 0) return { start: inside, end: inside + 3 }
  if (path.endsWith('.$')) return { start: path.length - 2, end: path.length }
  return path === '$' ? { start: 0, end: 1 } : undefined
}

/**
 * Takes the positional field (`array.$`) out of a specification: what is left includes the array itself.
 * @throws CommandError 31270, 31271, 31276, 31277, 31287, 31308, 51050 for what may not stand there
 */
export function takePositional(
  spec: BsonDocument,
  filter: Filter | undefined,
): { plain: BsonDocument; positional: Positional | undefined } {
  const plain: BsonDocument = new Map()
  let positional: Positional | undefined
  for (const [path, value] of spec) {
    const operator = findOperator(path)
    if (!operator) {
      if (positional && isDocument(value) && value.has('$elemMatch')) throw beside(31255)
      plain.set(path, value)
      continue
    }
    checkValue(value)
    if (!isTruthy(value)) {
      plain.set(path, value)
      continue
    }
    if (positional) throw new CommandError(31276, 'Cannot specify more than one positional projection per query.')
    if ([...plain.values()].some((other) => isDocument(other) && other.has('$elemMatch'))) throw beside(31256)
    if (!filter) throw new CommandError(51050, 'Projections with a positional operator require a matcher')
    checkPath(path, operator.end, filter)
    const array = path.slice(0, operator.start)
    plain.set(array, true)
    positional = keepMatched(filter, parsePath(array))
  }
  return { plain, positional }
}

function beside(code: number): CommandError {
  return new CommandError(code, 'Cannot specify positional operator and $elemMatch.')
}

function checkValue(value: BsonValue): void {
  if (isDocument(value)) {
    throw new CommandError(31271, 'positional projection cannot be used with an expression or sub object')
  }
  if (typeof value !== 'boolean' && !isNumber(value)) {
    throw new CommandError(31308, 'positional projection cannot be used with a literal')
  }
}

function checkPath(path: string, end: number, filter: Filter): void {
  const [field = ''] = parsePath(path)
  // a filter that names no field at all finds no element either, which is noticed once a document is there
  if (filter.fields.size > 0 && !filter.fields.has(field)) {
    throw new CommandError(31277, `Positional projection '${path}' does not match the query document.`)
  }
  if (path.endsWith('.$.')) throw new CommandError(31270, "Path cannot end with '.$.'")
  const rest = path.slice(end)
  if (findOperator(rest)) throw new CommandError(31287, `Cannot use positional operator twice: ${path}`)
}

function keepMatched(filter: Filter, path: Path): Positional {
  return (document, projected) => {
    const index = filter.positionIn(document)
    return keepElement(projected, path, 0, index)
  }
}

/** Cuts down the first array on the way. */
function keepElement(document: BsonDocument, path: Path, at: number, index: number | undefined): BsonDocument {
  const name = path[at]
  const value = name === undefined ? undefined : document.get(name)
  if (name === undefined || value === undefined) return document
  const changed = new Map(document)
  if (Array.isArray(value)) {
    const element = index === undefined ? undefined : value[index]
    if (index === undefined) {
      const why = "positional operator '.$' couldn't find a matching element in the array"
      throw new CommandError(51246, `Executor error during find command :: caused by :: ${why}`)
    }
    if (element === undefined) {
      const why = "positional operator '.$' element mismatch"
      throw new CommandError(51247, `Executor error during find command :: caused by :: ${why}`)
    }
    return changed.set(name, [element])
  }
  return isDocument(value) ? changed.set(name, keepElement(value, path, at + 1, index)) : document
}
